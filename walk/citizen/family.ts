import { peopleRoutes } from "#shared/people/contract.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { agreed, type Published, published } from "../events.ts";
import { bornFor, invented, inventedChild, settled } from "../people.ts";
import { type Scene, signUpInput } from "../scene.ts";
import { freshName } from "../service.ts";
import { including } from "../walk.ts";

/** A child, an elder who asked, and a family at once. */
export async function family(scene: Scene, race: Published): Promise<void> {
  const childId = await child(scene, race);
  await elder(scene, race);
  await together(scene, childId);
}

async function child({ service, walk, me, year }: Scene, race: Published): Promise<string> {
  walk.chapter("孩子：监护人单独同意", "A child: the guardian's separate consent");
  const { items } = await walk.granted(
    ["现行同意书", "the consent texts in force"],
    service.anyone,
    peopleRoutes.listConsentTexts,
    {},
    { items: including({ purpose: "guardian-of-minor", version: /./ }) },
  );
  const version = items.find(({ purpose }) => purpose === "guardian-of-minor")?.version ?? "";
  const kid = { relation: "child" as const, ...inventedChild("王小宝", bornFor(10, year), "male") };
  await walk.refused(
    ["未满十四岁，监护人没有单独同意", "under 14, without the guardian's separate consent"],
    me,
    peopleRoutes.addDependant,
    { body: kid },
    "422 guardian-consent-required",
  );
  await walk.refused(
    ["同意的是旧版", "consent to an older version"],
    me,
    peopleRoutes.addDependant,
    { body: { ...kid, guardianConsent: { version: "2000-1", given: true } } },
    "409 consent-outdated",
  );
  const { personId, guardianConsentId = "" } = await walk.granted(
    ["监护人单独同意后添加孩子", "the child is added with it"],
    me,
    peopleRoutes.addDependant,
    { body: { ...kid, guardianConsent: { version, given: true } } },
    { relation: "child", nameMasked: /^王/, guardianConsentId: /^con_/ },
  );
  const declared = { consents: [agreed], answers: { shirt: "S" }, participantId: personId };
  const suits = { ...race, groupId: race.group("少年组") };
  await walk.granted(
    ["收回同意", "the consent is withdrawn"],
    me,
    peopleRoutes.withdrawConsent,
    { path: { consentId: guardianConsentId } },
    { withdrawnAt: /Z$/ },
  );
  await walk.refused(
    ["没有有效的监护人同意不能报名", "no sign-up without consent in force"],
    me,
    registrationRoutes.signUp,
    signUpInput(suits, declared),
    "422 guardian-consent-required",
  );
  await walk.granted(
    ["重新同意", "consent is given anew"],
    me,
    peopleRoutes.giveConsent,
    { body: { purpose: "guardian-of-minor", version, personId } },
    { purpose: "guardian-of-minor", version },
  );
  await walk.refused(
    [
      "不符合组别条件：逐条说明，并给出适合的组别",
      "not eligible: every rule is named, and where he could enter",
    ],
    me,
    registrationRoutes.signUp,
    signUpInput({ ...race, groupId: race.group("女子长跑组") }, declared),
    "422 not-eligible",
    {
      errors: [
        { rule: "min-age", required: 40 },
        { rule: "sex", required: "female" },
      ],
      suits: "少年组",
    },
  );
  await walk.granted(
    ["孩子报名少年组，由监护人签署", "the child is signed up, the guardian signs"],
    me,
    registrationRoutes.signUp,
    signUpInput(suits, declared),
    { status: "confirmed", participantId: personId },
  );
  return personId;
}

async function elder({ service, walk, me, year }: Scene, race: Published): Promise<void> {
  walk.chapter("老人：先由本人委托", "An elder: who asks first");
  const grandmother = service.as(`walk-elder-${freshName()}`, ["citizen"]);
  const { personId } = await settled(grandmother, invented("沈桂英", bornFor(68, year)));
  const suits = { ...race, groupId: race.group("长者组") };
  const asked = { consents: [agreed], answers: { shirt: "M" }, participantId: personId };
  await walk.refused(
    ["没有委托不能代报，也看不出有没有此人", "nobody signs up an elder who did not ask, nor learns of them"],
    me,
    registrationRoutes.signUp,
    signUpInput(suits, asked),
    "404 not-found",
  );
  const { invitationCode } = await walk.granted(
    ["老人生成委托码", "the elder makes a code"],
    grandmother,
    peopleRoutes.inviteProxy,
    {},
    { invitationCode: /./, expiresAt: /Z$/ },
  );
  await walk.granted(
    ["家人输入委托码", "the relative enters it"],
    me,
    peopleRoutes.addDependant,
    { body: { relation: "elder", invitationCode } },
    { relation: "elder", personId },
  );
  const { registrationId } = await walk.granted(
    ["代老人报名", "the elder is signed up"],
    me,
    registrationRoutes.signUp,
    signUpInput(suits, asked),
    { status: "confirmed", participantId: personId },
  );
  await walk.granted(
    ["老人自己也看得到，签署人是受托人", "the elder sees it too, signed by the proxy"],
    grandmother,
    registrationRoutes.getRegistration,
    { path: { registrationId }, query: {} },
    { status: "confirmed", signedAs: "proxy" },
  );
}

async function together({ service, walk, organiser, me, year }: Scene, firstChild: string): Promise<void> {
  walk.chapter("一家三口一次报名", "A family of three at once");
  const { items } = await service.anyone(peopleRoutes.listConsentTexts, {}).then(
    ({ body }) =>
      body as {
        items: { purpose: string; version: string }[];
      },
  );
  const version = items.find(({ purpose }) => purpose === "guardian-of-minor")?.version ?? "";
  const kid = inventedChild("王小贝", bornFor(7, year));
  const second = await walk.granted(
    ["添加第二个孩子", "a second child is added"],
    me,
    peopleRoutes.addDependant,
    { body: { relation: "child", ...kid, guardianConsent: { version, given: true } } },
    { relation: "child" },
  );
  const mine = await walk.granted(["我的信息", "my profile"], me, peopleRoutes.getMe, {}, { name: "王小明" });
  const party = { adults: { min: 1, max: 2 }, children: { min: 1, max: 2 }, childUnder: 14 };
  const two = await published(service, organiser, { groups: [{ name: "亲子组", capacity: 2, party }] });
  const three = await published(service, organiser, { groups: [{ name: "亲子组", capacity: 3, party }] });
  const participantIds = [mine.personId, firstChild, second.personId];
  await walk.refused(
    ["只剩两个名额：三人都不占", "two places are left: none of the three takes one"],
    me,
    registrationRoutes.signUp,
    signUpInput(two, { participantIds }),
    "409 event-full",
  );
  await walk.refused(
    ["亲子组不能单独报名", "nobody enters a parent-child group alone"],
    me,
    registrationRoutes.signUp,
    signUpInput(three),
    "422 not-eligible",
    { errors: including({ rule: "children" }) },
  );
  await walk.granted(
    ["三人一次报名，要么都有要么都没有", "three at once, all or none"],
    me,
    registrationRoutes.signUp,
    signUpInput(three, { participantIds }),
    { status: "confirmed", party: [/^reg_/, /^reg_/, /^reg_/] },
  );
  await walk.granted(
    ["三个名额都已占用", "three places are taken"],
    service.anyone,
    registrationRoutes.getAvailability,
    { path: three.path },
    { groups: [{ held: 3, free: 0 }] },
  );
}
