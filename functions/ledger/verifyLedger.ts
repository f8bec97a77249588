import { serve } from "#shared/platform/serve.ts";
import { verifyLedger } from "./operations/verifyLedger.ts";

export const handler = serve(verifyLedger);
