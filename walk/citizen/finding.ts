import { registrationRoutes } from "#shared/registration/contract.ts";
import { beijing } from "../calendar.ts";
import { type Published, published, shirt, waiver } from "../events.ts";
import type { Scene } from "../scene.ts";
import { freshName } from "../service.ts";
import { including } from "../walk.ts";

/** What a citizen learns of events before they sign in. Answers the race that they found. */
export async function finding({ service, walk, organiser }: Scene): Promise<Published> {
  const word = freshName();
  const race = await published(service, organiser, {
    name: `同里古镇健步走 ${word}`,
    town: "同里镇",
    venue: "大龙荡田园生态体育公园",
    description: "全程 8 公里，不计名次。雨天照常，雷电取消；退出请在取消截止前办理。",
    groups: [
      { name: "成人组", capacity: 10, minAge: 18, maxAge: 59 },
      { name: "女子长跑组", capacity: 10, minAge: 40, sex: "female" },
      { name: "少年组", capacity: 5, minAge: 8, maxAge: 17 },
      { name: "长者组", capacity: 5, minAge: 60 },
    ],
    statements: [waiver],
    questions: [shirt],
  });
  const { path, event } = race;
  walk.chapter("登录之前：找赛事", "Before signing in: finding an event");
  const { anyone } = service;
  await walk.granted(
    ["按词和镇查找", "search by word and town"],
    anyone,
    registrationRoutes.listEvents,
    { query: { q: word, town: "同里镇" } },
    { items: [{ eventId: path.eventId, capacity: 30, status: "published" }] },
  );
  await walk.granted(
    ["换一个镇就没有", "nothing of it in another town"],
    anyone,
    registrationRoutes.listEvents,
    { query: { q: word, town: "平望镇" } },
    { items: [] },
  );
  await walk.granted(
    ["现在可以报名的", "those open for sign-up now"],
    anyone,
    registrationRoutes.listEvents,
    { query: { q: word, open: "true" } },
    { items: [{ name: event.name, signUpClosesAt: event.signUpClosesAt }] },
  );
  const seen = await walk.granted(
    ["价格、年龄、声明和要回答的问题", "price, ages, statements and questions"],
    anyone,
    registrationRoutes.getEvent,
    { path },
    {
      groups: including({ name: "成人组", feeFen: 0, minAge: 18, maxAge: 59, ageOn: "race-day" }),
      description: /退出请在取消截止前办理/,
      statements: [{ statementId: "waiver", version: "2" }],
      questions: [{ questionId: "shirt", required: true }],
    },
  );
  walk.see(
    ["截止时间（北京时间）", "deadlines, Beijing time"],
    { signUpClosesAt: beijing(seen.signUpClosesAt), cancelUntil: beijing(seen.cancelUntil) },
    { signUpClosesAt: beijing(event.signUpClosesAt), cancelUntil: beijing(event.startsAt) },
  );
  await walk.granted(
    ["剩余名额", "places that are left"],
    anyone,
    registrationRoutes.getAvailability,
    { path },
    { groups: including({ groupId: race.groupId, capacity: 10, held: 0, free: 10, waitlisted: 0 }) },
  );
  await walk.refused(
    ["不登录不能报名", "nobody signs up without signing in"],
    anyone,
    registrationRoutes.signUp,
    { path, body: { groupId: race.groupId } },
    "401",
  );
  return race;
}
