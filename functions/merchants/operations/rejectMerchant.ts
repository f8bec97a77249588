import { merchantRoutes } from "#shared/merchants/contract.ts";
import { planDecision } from "#shared/merchants/deciding.ts";
import { once } from "#shared/platform/operation.ts";

/** Keeps a merchant out that applied; its code is free to apply again. */
export const rejectMerchant = once(merchantRoutes.rejectMerchant)(
  ({ caller, path, body, now }) => planDecision("reject", { caller, ...path, ...body, now }),
  (merchant) => ({ status: 200, body: merchant }),
);
