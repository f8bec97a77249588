import { noticeRoutes } from "#shared/notices/contract.ts";
import { listInbox } from "#shared/notices/store.ts";
import { viewOf } from "#shared/notices/views.ts";
import { callersPersonId } from "#shared/people/store.ts";
import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import { operation } from "#shared/platform/operation.ts";

/** The caller's inbox, latest first. */
export const listNotifications = operation(noticeRoutes.listNotifications)(async ({ caller, query }) => {
  const personId = await callersPersonId(caller.sub);
  const scope = ["listNotifications", personId];
  const { notices, next } = await listInbox(personId, query.limit, await readCursor(scope, query.cursor));
  return { status: 200, body: { items: notices.map(viewOf), nextCursor: await signCursor(scope, next) } };
});
