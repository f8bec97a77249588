import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { peopleRoutes } from "#shared/people/contract.ts";
import { consentTexts } from "#shared/people/policy.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { child } from "../../support/family.ts";
import { deliver } from "../../support/queues.ts";
import {
  citizen,
  eventInput,
  good,
  organiser,
  publishedEvent,
  refused,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import { availability, changed } from "../../support/waiting.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

const read = (call: Awaited<ReturnType<typeof citizen>>["call"], registrationId: string) =>
  good(call(registrationRoutes.getRegistration, { path: { registrationId }, query: {} }));

const entrants = async (path: { eventId: string }) =>
  (await good(organiser(service)(registrationRoutes.listEntrants, { path, query: {} }))).items;

const waiver = { statementId: "waiver", version: "1", title: "声明", text: "自愿参赛。", kind: "waiver" };
const agreed = [{ statementId: "waiver", version: "1" }];

describe("hard case 24: who does not meet a group's conditions", () => {
  const groups = [
    { name: "女子公开组", capacity: 5, minAge: 20, sex: "female", idTypes: ["resident-id", "passport"] },
    { name: "少年组", capacity: 5, maxAge: 19 },
    { name: "公开组", capacity: 5, minAge: 5 },
  ];

  it("is told every rule, for each person, what it requires, and where they could enter", async () => {
    const { path, groupIds } = await publishedEvent(service, { groups });
    const parent = await citizen(service);
    const boy = await child(parent.call, { birthDate: "2016-01-01", sex: "male" });
    const participantIds = [parent.personId, boy.personId];
    const answer = await signUp(parent.call, path, groupIds[0] ?? "", { participantIds });
    expect(answer.status).toBe(422);
    const { errors, ...problem } = answer.body as Record<string, unknown>;
    expect(problem).toMatchObject({
      type: "/problems/not-eligible",
      rule: "min-age",
      required: 20,
      suits: "公开组",
    });
    expect(errors).toEqual([
      {
        pointer: "/participantIds/1",
        rule: "min-age",
        required: 20,
        message: "本组别要求在 2026-07-10 年满 20 周岁。",
      },
      expect.objectContaining({ pointer: "/participantIds/1", rule: "sex", required: "female" }),
    ]);
    expect(String(problem["detail"])).toContain("可以报名的组别：公开组");
  });

  it("is told so of their document, and by a document of another kind nothing else changes", async () => {
    const only = [{ name: "护照组", capacity: 5, idTypes: ["passport"] }];
    const { path, groupIds } = await publishedEvent(service, { groups: only });
    const { call } = await citizen(service);
    const answer = await signUp(call, path, groupIds[0] ?? "");
    expect(answer.body).toMatchObject({ rule: "id-type", required: "passport" });
    const visitor = service.as("visitor", ["citizen"]);
    const body = {
      name: "Anna Ruiz",
      idType: "passport",
      idNumber: "ab 123-456",
      birthDate: "1990-03-07",
      sex: "female",
      phone: "+34600123456",
    } as const;
    await good(visitor(peopleRoutes.putMe, { body }));
    expect(await good(signUp(visitor, path, groupIds[0] ?? ""))).toMatchObject({ status: "confirmed" });
  });
});

describe("parents with children", () => {
  const party = { adults: { min: 1, max: 2 }, children: { min: 1, max: 1 }, childUnder: 14 };
  const parentChild = { groups: [{ name: "亲子组", capacity: 9, party }] };

  it("enter together in one sign-up; nobody enters alone, and no party of another kind", async () => {
    const { path, groupIds } = await publishedEvent(service, parentChild);
    const groupId = groupIds[0] ?? "";
    const { call, personId } = await citizen(service);
    const kids = [await child(call), await child(call)].map((kid) => kid.personId);
    const answer = await signUp(call, path, groupId);
    expect(answer.body).toMatchObject({ type: "/problems/not-eligible", rule: "children", required: "1" });
    const alone = signUp(call, path, groupId, { participantId: kids[0] });
    expect(await refused(alone)).toBe("422 not-eligible");
    for (const participantIds of [kids, [personId, ...kids]])
      expect(await refused(signUp(call, path, groupId, { participantIds }))).toBe("422 not-eligible");
    expect(await availability(service, path)).toMatchObject([{ held: 0 }]);
    const participantIds = [personId, kids[0] ?? ""];
    expect(await good(signUp(call, path, groupId, { participantIds }))).toMatchObject({
      status: "confirmed",
    });
    expect(await availability(service, path)).toMatchObject([{ held: 2 }]);
  });

  it("are more than a group takes at once, and are told how many it takes", async () => {
    const { path, groupIds } = await publishedEvent(service, {
      groups: [{ name: "双人组", capacity: 9, participantsMax: 2 }],
    });
    const { call, personId } = await citizen(service);
    const participantIds = [personId, (await child(call)).personId, (await child(call)).personId];
    const answer = await signUp(call, path, groupIds[0] ?? "", { participantIds });
    expect(answer.body).toMatchObject({ rule: "participants-max", required: 2 });
  });
});

describe("what is declared", () => {
  const pools = [
    { name: "居民预留", capacity: 1, rule: { declares: "resident" }, flowsBackAt: "2026-06-30T00:00:00Z" },
  ];
  const reserved = { groups: [{ name: "成人组", capacity: 2, pools }] };

  it.each(["direct", "queued"] as const)(
    "opens the reserved places, is recorded, and shown to the organiser, %s",
    async (mode) => {
      const { path, groupIds } = await publishedEvent(service, { ...reserved, mode });
      const groupId = groupIds[0] ?? "";
      const [first, second] = [await citizen(service), await citizen(service)];
      const resident = await citizen(service);
      for (const { call } of [first, second]) {
        await signUp(call, path, groupId);
        await deliver(service, "sign-ups");
        // What is left is reserved.
        expect(await availability(service, path)).toMatchObject([{ held: 1, free: 0, reserved: 1 }]);
      }
      const declares = ["farmer", "resident"] as const;
      const answer = await good(signUp(resident.call, path, groupId, { declares: [...declares] }));
      await deliver(service, "sign-ups");
      const found = await entrants(path);
      // Only what decides about a place is kept.
      expect(found.map(({ declares: said }) => said)).toEqual(
        expect.arrayContaining([undefined, ["resident"]]),
      );
      expect(await read(resident.call, answer.registrationId)).toMatchObject({
        declares: ["resident"],
      });
    },
  );
});

describe("a minor's statements", () => {
  const teenager = { birthDate: "2010-03-01" };
  const event = () => publishedEvent(service, { statements: [waiver] });

  it("are not signed by the minor, whose guardian signs in their own account and is recorded", async () => {
    const { path, groupIds } = await event();
    const groupId = groupIds[0] ?? "";
    const alone = await citizen(service, teenager);
    expect(await refused(signUp(alone.call, path, groupId, { consents: agreed }))).toBe(
      "422 guardian-signature-required",
    );
    const guardian = await citizen(service);
    const { personId } = await child(guardian.call, teenager);
    const answer = await good(
      signUp(guardian.call, path, groupId, { participantId: personId, consents: agreed }),
    );
    expect(await read(guardian.call, answer.registrationId)).toMatchObject({
      signedUpBy: guardian.personId,
      signedAs: "guardian",
      signatures: [{ statement: "waiver@1", by: guardian.personId, as: "guardian", at: answer.signedUpAt }],
    });
    expect(await entrants(path)).toMatchObject([{ signedAs: "guardian" }]);
  });

  it("are not signed by a relative whom the minor asked, but by a guardian whom the minor asked", async () => {
    const { path, groupIds } = await event();
    const minor = await citizen(service, teenager);
    const adult = await citizen(service);
    const invite = async () => (await good(minor.call(peopleRoutes.inviteProxy, {}))).invitationCode;
    const { personId: participantId } = minor;
    const enter = () => signUp(adult.call, path, groupIds[0] ?? "", { participantId, consents: agreed });
    const elder = { relation: "elder", invitationCode: await invite() } as const;
    await good(adult.call(peopleRoutes.addDependant, { body: elder }));
    expect(await refused(enter())).toBe("422 guardian-signature-required");
    await good(adult.call(peopleRoutes.removeDependant, { path: { personId: participantId } }));
    const shared = { relation: "shared-child", invitationCode: await invite() } as const;
    await good(adult.call(peopleRoutes.addDependant, { body: shared }));
    expect(await good(enter())).toMatchObject({ status: "confirmed" });
    // Who has an account of their own is not erased when a guardian leaves.
    await good(adult.call(peopleRoutes.removeDependant, { path: { personId: participantId } }));
    expect(await good(minor.call(peopleRoutes.getMe, {}))).toMatchObject({ personId: participantId });
  });

  it("are none at a chess evening, which a minor of 14 enters alone", async () => {
    const { path, groupIds } = await publishedEvent(service, { kind: "activity" });
    const { call } = await citizen(service, { birthDate: "2012-06-10" });
    expect(await good(signUp(call, path, groupIds[0] ?? ""))).toMatchObject({ status: "confirmed" });
    const younger = await citizen(service, { birthDate: "2012-06-11" });
    expect(await refused(signUp(younger.call, path, groupIds[0] ?? ""))).toBe(
      "422 guardian-consent-required",
    );
  });
});

describe("statements", () => {
  it("that are optional never block, and what is refused is not recorded", async () => {
    const share = (statementId: string, kind: string) => {
      return { statementId, version: "1", title: "提供", text: "提供给对方。", kind, required: false };
    };
    const statements = [share("organiser", "share-organiser"), share("insurer", "share-insurer"), waiver];
    const { path, groupIds } = await publishedEvent(service, { statements });
    const { call, personId } = await citizen(service);
    const consents = [...agreed, { statementId: "insurer", version: "1" }];
    const { registrationId, signedUpAt: at } = await good(
      signUp(call, path, groupIds[0] ?? "", { consents }),
    );
    const { signatures } = (await read(call, registrationId)) as { signatures?: unknown };
    const by = { by: personId, as: "self", at };
    expect(signatures).toEqual([
      { statement: "insurer@1", ...by },
      { statement: "waiver@1", ...by },
    ]);
  });

  it("are recorded of a sign-up that is served in turn, also when the event was changed meanwhile", async () => {
    const { path, groupIds } = await publishedEvent(service, { statements: [waiver], mode: "queued" });
    const { call } = await citizen(service);
    const queued = await good(signUp(call, path, groupIds[0] ?? "", { consents: agreed }));
    await good(changed(service, path, { name: "新名字" }));
    await deliver(service, "sign-ups");
    expect(await read(call, queued.registrationId)).toMatchObject({
      signatures: [{ statement: "waiver@1", as: "self" }],
    });
  });

  it("of a relative are agreed to by the relative who signs up", async () => {
    const statements = [{ ...waiver, statementId: "family", kind: "relative", appliesTo: { minAge: 65 } }];
    const { path, groupIds } = await publishedEvent(service, { statements });
    const elder = await citizen(service, { birthDate: "1950-01-01" });
    const relative = await citizen(service);
    const { invitationCode } = await good(elder.call(peopleRoutes.inviteProxy, {}));
    await good(relative.call(peopleRoutes.addDependant, { body: { relation: "elder", invitationCode } }));
    const consents = [{ statementId: "family", version: "1" }];
    const alone = await signUp(elder.call, path, groupIds[0] ?? "", { consents });
    expect(alone.body).toMatchObject({
      type: "/problems/invalid-answers",
      errors: [{ pointer: "/answers/relative-name" }, { pointer: "/answers/relative-phone" }],
    });
    const { registrationId } = await good(
      signUp(relative.call, path, groupIds[0] ?? "", { participantId: elder.personId, consents }),
    );
    expect(await read(elder.call, registrationId)).toMatchObject({
      signedAs: "proxy",
      signatures: [{ statement: "family@1", by: relative.personId, as: "proxy" }],
    });
  });
});

it("an event that contradicts itself in whom it admits is not made", async () => {
  const questions = [{ questionId: "heart", title: "心脏病史", kind: "text", purpose: "health" }];
  const create = (of: Record<string, unknown>) =>
    organiser(service)(registrationRoutes.createEvent, { body: eventInput(of) });
  expect(await refused(create({ questions }))).toBe("422 invalid-event");
  const size = [{ questionId: "size", title: "尺码", kind: "text", purpose: "equipment" }];
  expect(await refused(create({ questions: size, mode: "queued" }))).toBe("422 invalid-event");
  // A crowd is no reason to let answers lie in a queue.
  const made = await good(create({ questions: size, expectedDemand: 10_000 }));
  expect(made).toMatchObject({ mode: "direct", questions: [{ questionId: "size", required: false }] });
});

it("a published event's conditions stay, those on documents, declarations and parties too", async () => {
  const party = { adults: { min: 1, max: 2 }, children: { min: 1, max: 2 }, childUnder: 14 };
  const group = { name: "亲子组", capacity: 9, idTypes: ["resident-id" as const], party };
  const { path, groupIds } = await publishedEvent(service, { groups: [group] });
  const same = { ...group, groupId: groupIds[0], capacity: 12 };
  await good(changed(service, path, { groups: [same] }));
  for (const other of [
    { participantsMax: 2 },
    { idTypes: ["passport" as const] },
    { declares: "resident" as const },
  ])
    expect(await refused(changed(service, path, { groups: [{ ...same, ...other }] }))).toBe(
      "409 event-not-draft",
    );
});

it("hard case 25: the consent in force is that of the guardian who signs up, not another's", async () => {
  const { path, groupIds } = await publishedEvent(service, { statements: [waiver] });
  const [first, second] = [await citizen(service), await citizen(service)];
  const kid = await child(first.call);
  const { personId } = kid;
  const { invitationCode } = await good(first.call(peopleRoutes.inviteGuardian, { path: { personId } }));
  const { version } = consentTexts["guardian-of-minor"];
  const body = {
    relation: "shared-child",
    invitationCode,
    guardianConsent: { version, given: true },
  } as const;
  await good(second.call(peopleRoutes.addDependant, { body }));
  const consentId = kid.guardianConsentId ?? "";
  await good(first.call(peopleRoutes.withdrawConsent, { path: { consentId } }));
  const enter = (by: typeof first) =>
    signUp(by.call, path, groupIds[0] ?? "", { participantId: personId, consents: agreed });
  expect(await refused(enter(first))).toBe("422 guardian-consent-required");
  const { registrationId } = await good(enter(second));
  // Either sees it, and who signed.
  for (const { call } of [first, second])
    expect(await read(call, registrationId)).toMatchObject({ signedUpBy: second.personId });
});
