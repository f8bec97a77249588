import { serve } from "#shared/platform/serve.ts";
import { getDraw } from "./operations/getDraw.ts";

export const handler = serve(getDraw);
