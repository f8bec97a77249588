import { serve } from "#shared/platform/serve.ts";
import { makeDraw } from "./operations/makeDraw.ts";

export const handler = serve(makeDraw);
