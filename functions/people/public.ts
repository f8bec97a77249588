import { serve } from "#shared/platform/serve.ts";
import { listConsentTexts } from "./operations/listConsentTexts.ts";

export const handler = serve(listConsentTexts);
