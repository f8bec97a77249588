import { noticeRoutes } from "#shared/notices/contract.ts";
import { findNotice, markRead } from "#shared/notices/store.ts";
import { viewOf } from "#shared/notices/views.ts";
import { callersPersonId } from "#shared/people/store.ts";
import { operation } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";

/** Notes that the caller has read a notice; when it was first read stays. */
export const readNotification = operation(noticeRoutes.readNotification)(async ({ caller, path, now }) => {
  const personId = await callersPersonId(caller.sub);
  const notice = await findNotice({ personId, noticeId: path.noticeId });
  const known = notice && (notice.readAt !== undefined || (await markRead(notice, now)));
  if (!known) throw new Refusal(problems.notFound);
  return { status: 200, body: viewOf({ readAt: now.toISOString(), ...notice }) };
});
