import { noteSeen } from "#shared/audit/log.ts";
import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import { operation } from "#shared/platform/operation.ts";
import { standingRoutes } from "#shared/registration/standing/contract.ts";
import { listAppeals as readAppeals } from "#shared/registration/standing/store.ts";
import { appealViews } from "#shared/registration/standing/views.ts";

/** Appeals with what their persons say, latest first; the audit log keeps that they were read. */
export const listAppeals = operation(standingRoutes.listAppeals)(async ({ caller, query, now }) => {
  const { limit, cursor, status } = query;
  const scope = ["listAppeals", status];
  const { appeals, next } = await readAppeals(status, limit, await readCursor(scope, cursor));
  await noteSeen(caller, { action: "listAppeals", subject: status, facts: { shown: appeals.length } }, now);
  const items = await appealViews(appeals, now);
  return { status: 200, body: { items, nextCursor: await signCursor(scope, next) } };
});
