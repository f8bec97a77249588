import { randomUUID } from "node:crypto";
import { noticeRoutes } from "#shared/notices/contract.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { agreed, type Published, published } from "../events.ts";
import { bornFor, invented } from "../people.ts";
import { type Scene, signUpInput } from "../scene.ts";
import { including } from "../walk.ts";

/** Profile, statements, answers, one place per person, and giving it back twice. */
export async function signingUp({ service, walk, organiser, me, year }: Scene, race: Published) {
  const { path } = race;
  const person = invented("王小明", bornFor(30, year));
  walk.chapter("个人信息", "The profile");
  await walk.refused(
    ["没有个人信息不能报名", "nobody signs up without a profile"],
    me,
    registrationRoutes.signUp,
    signUpInput(race, { consents: [agreed], answers: { shirt: "M" } }),
    "404 profile-missing",
  );
  const wrong = { ...person, idNumber: `${person.idNumber.slice(0, 10)}0230${person.idNumber.slice(14)}` };
  await walk.refused(
    ["证件号码里的出生日期不存在", "a document whose birth date does not exist"],
    me,
    peopleRoutes.putMe,
    { body: wrong },
    "422 invalid-identity-number",
  );
  await walk.granted(
    ["填写个人信息，只回显掩码", "the profile, shown masked"],
    me,
    peopleRoutes.putMe,
    { body: person },
    { name: "王小明", idNumberMasked: /^320\*+\w{4}$/, phoneMasked: /^139\*{4}\d{4}$/ },
  );

  walk.chapter("报名", "Signing up");
  const answers = { shirt: "M" };
  await walk.refused(
    ["没有同意声明", "without agreeing to the statement"],
    me,
    registrationRoutes.signUp,
    signUpInput(race, { answers }),
    "422 consent-required",
    { errors: [{ pointer: "/consents", message: /waiver/ }] },
  );
  await walk.refused(
    ["同意的是旧版声明", "agreeing to an older version"],
    me,
    registrationRoutes.signUp,
    signUpInput(race, { answers, consents: [{ ...agreed, version: "1" }] }),
    "409 consent-outdated",
    { errors: [{ message: /版本 2/ }] },
  );
  await walk.refused(
    ["问题没有回答", "without answering the question"],
    me,
    registrationRoutes.signUp,
    signUpInput(race, { consents: [agreed] }),
    "422 invalid-answers",
    { errors: [{ pointer: "/answers/shirt" }] },
  );
  const idempotencyKey = randomUUID();
  const full = signUpInput(race, { consents: [agreed], answers, idempotencyKey });
  const first = await walk.granted(["报名成功", "signed up"], me, registrationRoutes.signUp, full, {
    status: "confirmed",
    registrationId: /^reg_/,
  });
  const { registrationId } = first;
  await walk.granted(
    ["同一凭据再按一次：同一结果", "pressed again under the same key: the same answer"],
    me,
    registrationRoutes.signUp,
    full,
    first,
  );
  await walk.refused(
    ["换一个凭据：已报过名", "under another key: already signed up"],
    me,
    registrationRoutes.signUp,
    signUpInput(race, { consents: [agreed], answers }),
    "409 already-signed-up",
    { registrationId },
  );
  await walk.granted(
    ["只占一个名额", "one place is taken"],
    service.anyone,
    registrationRoutes.getAvailability,
    { path },
    { groups: including({ groupId: race.groupId, held: 1, confirmed: 1, free: 9 }) },
  );
  await walk.granted(
    ["签过什么声明，何时签的", "what was signed, and when"],
    me,
    registrationRoutes.getRegistration,
    { path: { registrationId }, query: {} },
    { status: "confirmed", signatures: [{ statement: "waiver@2", as: "self" }] },
  );

  walk.chapter("取消两次", "Cancelling twice");
  const other = await published(service, organiser);
  const place = await walk.granted(
    ["另报一项", "sign up for another event"],
    me,
    registrationRoutes.signUp,
    signUpInput(other),
    { status: "confirmed" },
  );
  const once = { path: { registrationId: place.registrationId }, idempotencyKey: randomUUID() };
  const cancelled = await walk.granted(["取消", "cancel"], me, registrationRoutes.cancelRegistration, once, {
    status: "cancelled",
    cancelledAt: /Z$/,
  });
  await walk.granted(
    ["同一凭据再取消：同一结果", "again under the same key: the same answer"],
    me,
    registrationRoutes.cancelRegistration,
    once,
    cancelled,
  );
  await walk.granted(
    ["换凭据再取消：仍是同一结果", "again under another key: still the same"],
    me,
    registrationRoutes.cancelRegistration,
    { path: once.path },
    cancelled,
  );
  await walk.granted(
    ["名额只还一次", "the place came back once"],
    service.anyone,
    registrationRoutes.getAvailability,
    { path: other.path },
    { groups: [{ capacity: 10, held: 0, free: 10 }] },
  );
  await walk.granted(
    ["我的消息", "what I was told"],
    me,
    noticeRoutes.listNotifications,
    { query: {} },
    { items: (items: unknown) => Array.isArray(items) },
  );
}
