import { serve } from "#shared/platform/serve.ts";
import { changeEvent } from "./operations/changeEvent.ts";
import { createEvent } from "./operations/createEvent.ts";
import { getEventStatistics } from "./operations/getEventStatistics.ts";
import { listEntrants } from "./operations/listEntrants.ts";
import { listOrganiserEvents } from "./operations/listOrganiserEvents.ts";
import { publishEvent } from "./operations/publishEvent.ts";

export const handler = serve(
  createEvent,
  changeEvent,
  publishEvent,
  listOrganiserEvents,
  listEntrants,
  getEventStatistics,
);
