import { merchantRoutes } from "#shared/merchants/contract.ts";
import { planUnfreeze } from "#shared/merchants/deciding.ts";
import { once } from "#shared/platform/operation.ts";

/** Lifts a freeze. */
export const unfreezeMerchant = once(merchantRoutes.unfreezeMerchant)(
  ({ caller, path, body, now }) => planUnfreeze({ caller, ...path, ...body, now }),
  (merchant) => ({ status: 200, body: merchant }),
);
