import { approvalRoutes } from "#shared/approvals/contract.ts";
import { decide } from "#shared/approvals/decide.ts";
import { operation } from "#shared/platform/operation.ts";

/** A second person refuses: nothing of it is done. */
export const reject = operation(approvalRoutes.reject)(async ({ caller, path, body, now, key }) => ({
  status: 200,
  body: await decide("rejected", { caller, ...path, ...body, now, key }),
}));
