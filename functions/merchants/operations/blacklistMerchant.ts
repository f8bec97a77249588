import { merchantRoutes } from "#shared/merchants/contract.ts";
import { planDecision } from "#shared/merchants/deciding.ts";
import { once } from "#shared/platform/operation.ts";

/** Puts a merchant out for good, with its code. */
export const blacklistMerchant = once(merchantRoutes.blacklistMerchant)(
  ({ caller, path, body, now }) => planDecision("blacklist", { caller, ...path, ...body, now }),
  (merchant) => ({ status: 200, body: merchant }),
);
