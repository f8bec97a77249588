import { serve } from "#shared/platform/serve.ts";
import { approveMerchant } from "./operations/approveMerchant.ts";
import { blacklistMerchant } from "./operations/blacklistMerchant.ts";
import { freezeMerchant } from "./operations/freezeMerchant.ts";
import { listMerchantReviews } from "./operations/listMerchantReviews.ts";
import { rejectMerchant } from "./operations/rejectMerchant.ts";
import { unfreezeMerchant } from "./operations/unfreezeMerchant.ts";

export const handler = serve(
  listMerchantReviews,
  approveMerchant,
  rejectMerchant,
  freezeMerchant,
  unfreezeMerchant,
  blacklistMerchant,
);
