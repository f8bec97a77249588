import { once } from "#shared/platform/operation.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";
import { planConfirmation } from "#shared/registration/programme/holdings.ts";

/** Confirms that an event was held as it was reported; only then one of level quality counts as such. */
export const confirmHolding = once(programmeRoutes.confirmHolding)(planConfirmation, (holding) => ({
  status: 200,
  body: holding,
  headers: { etag: `"${holding.version}"` },
}));
