import { merchantRoutes } from "#shared/merchants/contract.ts";
import { planFreeze } from "#shared/merchants/deciding.ts";
import { once } from "#shared/platform/operation.ts";

/** Freezes a merchant at once; another person reviews it within a working day. */
export const freezeMerchant = once(merchantRoutes.freezeMerchant)(
  ({ caller, path, body, now }) => planFreeze({ caller, ...path, ...body, now }),
  (merchant) => ({ status: 200, body: merchant }),
);
