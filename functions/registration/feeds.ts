import { serve } from "#shared/platform/serve.ts";
import { getCalendarFeed } from "./operations/getCalendarFeed.ts";

export const handler = serve(getCalendarFeed);
