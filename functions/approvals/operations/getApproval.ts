import { approvalRoutes } from "#shared/approvals/contract.ts";
import { approvalOrRefuse, approvalView } from "#shared/approvals/decide.ts";
import { operation } from "#shared/platform/operation.ts";

/** A request with before and after, and the hash by which it is decided. */
export const getApproval = operation(approvalRoutes.getApproval)(async ({ path }) => ({
  status: 200,
  body: await approvalView(await approvalOrRefuse(path.approvalId)),
}));
