import { once } from "#shared/platform/operation.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";
import { planReport } from "#shared/registration/programme/holdings.ts";

/** Reports that an event was held, with evidence. */
export const reportHolding = once(programmeRoutes.reportHolding)(planReport, (holding) => ({
  status: 201,
  body: holding,
  headers: { etag: `"${holding.version}"` },
}));
