import { approvalRoutes } from "#shared/approvals/contract.ts";
import { approvalView } from "#shared/approvals/decide.ts";
import { listApprovals as list } from "#shared/approvals/store.ts";
import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import { operation } from "#shared/platform/operation.ts";

/** What waits for a second person, or was decided; latest first. */
export const listApprovals = operation(approvalRoutes.listApprovals)(async ({ query }) => {
  const scope = ["listApprovals", query.status];
  const { approvals, next } = await list(query.status, query.limit, await readCursor(scope, query.cursor));
  const items = await Promise.all(approvals.map(approvalView));
  return { status: 200, body: { items, nextCursor: await signCursor(scope, next) } };
});
