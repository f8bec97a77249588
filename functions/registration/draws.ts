import { serve } from "#shared/platform/serve.ts";
import { commitDraw } from "./operations/commitDraw.ts";
import { makeDraw } from "./operations/makeDraw.ts";

export const handler = serve(commitDraw, makeDraw);
