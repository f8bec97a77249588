import { serve } from "#shared/platform/serve.ts";
import { getMerchant } from "./operations/getMerchant.ts";
import { listMerchants } from "./operations/listMerchants.ts";

export const handler = serve(listMerchants, getMerchant);
