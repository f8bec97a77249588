import { serve } from "#shared/platform/serve.ts";
import { getAvailability } from "./operations/getAvailability.ts";
import { getDraw } from "./operations/getDraw.ts";
import { getEvent } from "./operations/getEvent.ts";
import { listEvents } from "./operations/listEvents.ts";

export const handler = serve(listEvents, getEvent, getAvailability, getDraw);
