import { serve } from "#shared/platform/serve.ts";
import { confirmHolding } from "./operations/confirmHolding.ts";
import { listHoldings } from "./operations/listHoldings.ts";

export const handler = serve(listHoldings, confirmHolding);
