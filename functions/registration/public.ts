import { serve } from "#shared/platform/serve.ts";
import { getAvailability } from "./operations/getAvailability.ts";
import { getEvent } from "./operations/getEvent.ts";
import { getEventCalendar } from "./operations/getEventCalendar.ts";
import { getProgrammeStatistics } from "./operations/getProgrammeStatistics.ts";
import { getSeries } from "./operations/getSeries.ts";
import { listEvents } from "./operations/listEvents.ts";
import { listEventTemplates } from "./operations/listEventTemplates.ts";

export const handler = serve(
  listEvents,
  getEvent,
  getEventCalendar,
  getAvailability,
  getSeries,
  listEventTemplates,
  getProgrammeStatistics,
);
