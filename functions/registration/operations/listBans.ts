import { noteSeen } from "#shared/audit/log.ts";
import { listBans as readBans } from "#shared/people/standing/store.ts";
import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import { operation } from "#shared/platform/operation.ts";
import { standingRoutes } from "#shared/registration/standing/contract.ts";
import { banViews } from "#shared/registration/standing/views.ts";

/** The ban list, latest first; the audit log keeps that it was looked at. */
export const listBans = operation(standingRoutes.listBans)(async ({ caller, query, now }) => {
  const scope = ["listBans"];
  const { bans, next } = await readBans(query.limit, await readCursor(scope, query.cursor));
  const items = await banViews(bans, now);
  await noteSeen(caller, { action: "listBans", subject: "bans", facts: { shown: items.length } }, now);
  return { status: 200, body: { items, nextCursor: await signCursor(scope, next) } };
});
