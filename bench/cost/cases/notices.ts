import type { NoticeDue } from "#events/contracts/noticeDue.ts";
import { noticeRoutes } from "#shared/notices/contract.ts";
import { tell } from "#test/support/notices.ts";
import { aCitizen } from "../people.ts";
import { type CostSheet, deliver } from "../sheet.ts";
import { tick } from "./jobs.ts";

const WORKER = "jobs/deliverNotices";
const DAY = 86_400;
const HOUR = 3_600;

/** What is told to people: by its message, by the sweep, at night; and what they read. */
export async function noticeCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  const sweep = () => deliver(WORKER, [tick("deliverNotices")]);
  // Eight in the morning; and whoever was offered a place in other cases is told first.
  sheet.toNext(DAY);
  await sweep();
  const me = await aCitizen(service);
  const { personId } = me;
  const due = (noticeId: string) => {
    const message: NoticeDue = {
      specversion: "1.0",
      id: "msg_1",
      source: "leyun/notices",
      type: "leyun.notice.due.v1",
      time: sheet.now.toISOString(),
      data: { personId, noticeId },
    };
    return deliver(WORKER, [JSON.stringify(message)]);
  };
  await sheet.costs(WORKER, "nothing is due", "200", sweep);
  await tell(me, "bench:01");
  await sheet.costs(WORKER, "a text message, at once", "200", () => due("bench:01"));
  await sheet.costs(WORKER, "of what was sent", "200", () => due("bench:01"));
  await tell(me, "bench:02");
  await sheet.costs(WORKER, "a text message, by the sweep", "200", sweep);
  sheet.later(15 * HOUR);
  await tell(me, "bench:03");
  await sheet.costs(WORKER, "at night: put off until the morning", "200", sweep);

  for (let count = 10; count < 27; count += 1) await tell(me, `bench:${count}`);
  const list = () => me.call(noticeRoutes.listNotifications, { query: {} });
  await sheet.costs("listNotifications", "a page of 20", "200", list);
  const read = (noticeId: string) => () => me.call(noticeRoutes.readNotification, { path: { noticeId } });
  await sheet.costs("readNotification", "for the first time", "200", read("bench:01"));
  await sheet.costs("readNotification", "read before", "200", read("bench:01"));
  await sheet.costs("readNotification", "nothing of that name", "404 not-found", read("bench:99"));
}
