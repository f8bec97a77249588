import { serve } from "#shared/platform/serve.ts";
import { getAvailability } from "./operations/getAvailability.ts";
import { getEvent } from "./operations/getEvent.ts";
import { getEventStatistics } from "./operations/getEventStatistics.ts";
import { getSeries } from "./operations/getSeries.ts";
import { listEvents } from "./operations/listEvents.ts";
import { listEventTemplates } from "./operations/listEventTemplates.ts";

export const handler = serve(
  listEvents,
  getEvent,
  getAvailability,
  getSeries,
  listEventTemplates,
  getEventStatistics,
);
