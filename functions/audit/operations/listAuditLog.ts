import { auditRoutes } from "#shared/audit/contract.ts";
import { listDay } from "#shared/audit/log.ts";
import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import { operation } from "#shared/platform/operation.ts";
import { businessDate } from "#shared/platform/time.ts";

/** What was decided, asked for, and seen of others on one day; latest first. */
export const listAuditLog = operation(auditRoutes.listAuditLog)(async ({ query, now }) => {
  const day = query.date ?? businessDate(now);
  const scope = ["listAuditLog", day];
  const { entries, next } = await listDay(day, query.limit, await readCursor(scope, query.cursor));
  const items = entries.map(({ roles, ...entry }) => ({ ...entry, roles: [...roles] }));
  return { status: 200, body: { items, nextCursor: await signCursor(scope, next) } };
});
