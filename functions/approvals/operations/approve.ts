import { approvalRoutes } from "#shared/approvals/contract.ts";
import { decide } from "#shared/approvals/decide.ts";
import { operation } from "#shared/platform/operation.ts";

/** A second person agrees: it is done in the same write as the decision. */
export const approve = operation(approvalRoutes.approve)(async ({ caller, path, body, now, key }) => ({
  status: 200,
  body: await decide("approved", { caller, ...path, ...body, now, key }),
}));
