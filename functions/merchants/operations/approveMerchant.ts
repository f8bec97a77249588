import { merchantRoutes } from "#shared/merchants/contract.ts";
import { planApproval } from "#shared/merchants/deciding.ts";
import { once } from "#shared/platform/operation.ts";

/** Admits a merchant that keeps the rules: it is found by everybody from then on. */
export const approveMerchant = once(merchantRoutes.approveMerchant)(
  ({ caller, path, body, now }) => {
    const { reason, abnormal, custodyAccount } = body;
    return planApproval({ caller, ...path, reason, abnormal, custodyAccount, now });
  },
  (merchant) => ({ status: 200, body: merchant }),
);
