import { noticeRoutes } from "#shared/notices/contract.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import type { Scene } from "../scene.ts";
import { including } from "../walk.ts";

/** What is kept of me: registrations, notices, a copy of all of it, and its end. */
export async function myThings({ walk, me }: Scene): Promise<void> {
  walk.chapter("我的报名、消息和个人信息", "My registrations, notices and data");
  await walk.granted(
    ["我和家人的报名", "registrations of mine and those I act for"],
    me,
    registrationRoutes.listMyRegistrations,
    { query: { limit: 100 } },
    {
      items: (items: unknown) =>
        Array.isArray(items) && items.length >= 10 && items.every(({ event }) => event.name.length > 0),
    },
  );
  const { items } = await walk.granted(
    ["消息，最新的在前", "notices, latest first"],
    me,
    noticeRoutes.listNotifications,
    { query: { limit: 100 } },
    { items: including({ kind: "registration-approved" }) },
  );
  const [latest] = items;
  await walk.granted(
    ["标为已读", "mark one as read"],
    me,
    noticeRoutes.readNotification,
    { path: { noticeId: latest?.noticeId ?? "" } },
    { readAt: /Z$/ },
  );
  await walk.granted(
    ["复制全部个人信息", "a copy of all of it"],
    me,
    peopleRoutes.getMyData,
    { query: {} },
    {
      name: "王小明",
      idNumber: /^\d{17}[\dX]$/,
      answers: including({ answers: { shirt: "M" } }),
      registrations: including({ status: "confirmed" }),
    },
  );
  await walk.granted(
    ["注销：说明删除了什么、保留了什么、为什么", "erasure: what is kept, and why"],
    me,
    peopleRoutes.eraseMe,
    {},
    { status: /^(erased|partially-retained)$/, backupsUntil: /Z$/, retained: Array.isArray },
  );
  await walk.refused(
    ["再也读不到", "nothing is read of it any more"],
    me,
    peopleRoutes.getMe,
    {},
    "404 profile-missing",
  );
}
