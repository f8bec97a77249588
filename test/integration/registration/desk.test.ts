import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { actorOf } from "#shared/audit/actor.ts";
import { auditRoutes } from "#shared/audit/contract.ts";
import { sandboxOutbox } from "#shared/notices/sandbox.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { client } from "#shared/platform/dynamo.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { tableText } from "../../support/contents.ts";
import { clerk, guardianOnForm, signUpAtDesk, withoutPhone } from "../../support/desk.ts";
import { withFault } from "../../support/faults.ts";
import { finance } from "../../support/ledger.ts";
import { deliverNotices } from "../../support/notices.ts";
import { take } from "../../support/queues.ts";
import {
  citizen,
  eventInput,
  good,
  NOON,
  organiser,
  publishedEvent,
  refused,
  signUp,
  somebody,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import { pdf, uploaded } from "../../support/uploads.ts";
import { availability } from "../../support/waiting.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());
beforeEach(() => service.clock.set(NOON));

let staff = 0;
/** A member of staff who did nothing today. */
const newClerk = () => {
  staff += 1;
  const sub = `clerk-of-desk-${staff}`;
  return { sub, call: clerk(service, sub) };
};
const audited = async (sub: string) => {
  const actor = await actorOf({ sub });
  const { items } = await good(finance(service)(auditRoutes.listAuditLog, { query: { limit: 100 } }));
  return items.filter((entry) => entry.actor === actor);
};
/** What was sent of what happened meanwhile: template and the number's last digits. */
async function textsOf(work: () => Promise<unknown>): Promise<string[]> {
  // What other tests told is past, also where the clock was set back since.
  service.clock.advance(3_600);
  await deliverNotices();
  const before = sandboxOutbox().length;
  await work();
  await deliverNotices();
  return sandboxOutbox()
    .slice(before)
    .map(({ template, toMasked }) => `${template} ${toMasked.slice(-4)}`);
}
const personsMade = async () => (await tableText(service, "people")).split('"PROFILE"').length - 1;
/** Who tries an account with a document learns by this that somebody has it. */
const claimed = async (person: object) => {
  const call = service.as(`claim-${Math.random()}`, ["citizen"]);
  return call(peopleRoutes.putMe, { body: { ...somebody(), ...person } });
};

describe("a grandmother without a smartphone", () => {
  it("has a place after staff read her document, and the answer shows no more of it than a mask", async () => {
    const event = await publishedEvent(service);
    const person = withoutPhone({ name: "沈桂英", birthDate: "1948-02-03" });
    const answer = await good(signUpAtDesk(newClerk().call, event, person));
    expect(answer).toMatchObject({
      status: "confirmed",
      eventId: event.path.eventId,
      onBehalf: "paper-form",
      participantNameMasked: "沈**",
    });
    expect(JSON.stringify(answer)).not.toMatch(/桂英|320599|1948/);
    expect(await availability(service, event.path)).toMatchObject([{ held: 1 }]);
    const { items } = await good(
      organiser(service)(registrationRoutes.listEntrants, { path: event.path, query: {} }),
    );
    expect(items).toMatchObject([{ name: "沈**", birthYear: 1948, onBehalf: "paper-form" }]);
    expect(items[0]).not.toHaveProperty("phoneMasked");
  });

  it("is told by text message at the number that was given, and by none where she has no telephone", async () => {
    const event = await publishedEvent(service);
    const { call } = newClerk();
    const sent = await textsOf(async () => {
      await good(signUpAtDesk(call, event, withoutPhone()));
      await good(signUpAtDesk(call, event, { ...withoutPhone(), phone: "13912349876" }));
    });
    expect(sent).toEqual(["desk-registered 9876"]);
  });

  it("gets a number on record when she brings one later, and nobody else's number replaces it", async () => {
    const { call } = newClerk();
    const person = withoutPhone();
    const texts = (phone: string | undefined) =>
      textsOf(async () => {
        const event = await publishedEvent(service);
        await good(signUpAtDesk(call, event, { ...person, ...(phone && { phone }) }));
      });
    expect(await texts(undefined)).toEqual([]);
    expect(await texts("13900001234")).toEqual(["desk-registered 1234"]);
    expect(await texts("13900009999")).toEqual(["desk-registered 1234"]);
  });

  it("waits when it is full and she wants to, and is told that", async () => {
    const event = await publishedEvent(service, {
      groups: [{ name: "一人组", capacity: 1 }],
      waitlist: true,
    });
    const { call } = newClerk();
    await good(signUpAtDesk(call, event, withoutPhone()));
    const person = { ...withoutPhone(), phone: "13912345555" };
    const sent = await textsOf(async () => {
      const waits = signUpAtDesk(call, event, person, { waitlist: true });
      expect(await good(waits)).toMatchObject({ status: "waitlisted" });
    });
    expect(sent).toEqual(["desk-waitlisted 5555"]);
  });

  it("is made in the same write as the place: where there is none, nobody is made", async () => {
    const event = await publishedEvent(service, { groups: [{ name: "一人组", capacity: 1 }] });
    const { call } = newClerk();
    await good(signUpAtDesk(call, event, withoutPhone()));
    const before = await personsMade();
    const late = withoutPhone();
    expect(await refused(signUpAtDesk(call, event, late))).toBe("409 event-full");
    expect(await personsMade()).toBe(before);
    expect((await claimed(late)).status).toBe(200);
  });

  it("is served at once where others are queued", async () => {
    const event = await publishedEvent(service, { mode: "queued" });
    expect(await good(signUpAtDesk(newClerk().call, event, withoutPhone()))).toMatchObject({
      status: "confirmed",
    });
    expect(await take(service, "sign-ups")).toEqual([]);
  });
});

describe("staff are held to the rules that everybody is", () => {
  it("one place per person, at whatever desk, under whatever spelling, and after their own sign-up", async () => {
    const event = await publishedEvent(service);
    const person = withoutPhone();
    await good(signUpAtDesk(newClerk().call, event, person));
    const spelt = { ...person, idNumber: ` ${person.idNumber.toLowerCase()} ` };
    expect(await refused(signUpAtDesk(newClerk().call, event, spelt))).toBe("409 already-signed-up");
    const me = await citizen(service);
    await good(signUp(me.call, event.path, event.groupIds[0] ?? ""));
    expect(await refused(signUpAtDesk(newClerk().call, event, me.input))).toBe("409 already-signed-up");
  });

  it("the window, the group's conditions and the event's statements", async () => {
    const { call } = newClerk();
    const early = await publishedEvent(service, { signUpOpensAt: "2026-06-20T00:00:00.000Z" });
    expect(await refused(signUpAtDesk(call, early, withoutPhone()))).toBe("409 signup-not-open");
    const over = await publishedEvent(service, { signUpClosesAt: "2026-06-10T05:00:00.000Z" });
    service.clock.advance(3_600);
    expect(await refused(signUpAtDesk(call, over, withoutPhone()))).toBe("409 signup-closed");
    const groups = [{ name: "青年组", capacity: 5, maxAge: 30 }];
    const young = await publishedEvent(service, { groups });
    expect(await refused(signUpAtDesk(call, young, withoutPhone()))).toBe("422 not-eligible");
    const statements = [{ statementId: "waiver", version: "2", title: "声明", text: "自愿参赛。" }];
    const stated = await publishedEvent(service, { statements });
    expect(await refused(signUpAtDesk(call, stated, withoutPhone()))).toBe("422 consent-required");
    const consents = [{ statementId: "waiver", version: "2" }];
    expect(await good(signUpAtDesk(call, stated, withoutPhone(), { consents }))).toMatchObject({
      status: "confirmed",
    });
  });

  it("another organisation's event and one's own draft", async () => {
    const event = await publishedEvent(service);
    const stranger = clerk(service, "stranger", "org-other");
    expect(await refused(signUpAtDesk(stranger, event, withoutPhone()))).toBe("404 not-found");
    const draft = await good(
      organiser(service)(registrationRoutes.createEvent, {
        body: eventInput(),
      }),
    );
    const groupIds = draft.groups.map(({ groupId }) => groupId);
    const path = { eventId: draft.eventId };
    expect(await refused(signUpAtDesk(newClerk().call, { path, groupIds }, withoutPhone()))).toBe(
      "409 signup-not-open",
    );
  });

  it("a document that is wrong, or that the authority knows under another name", async () => {
    const event = await publishedEvent(service);
    const { call } = newClerk();
    const wrong = { ...withoutPhone(), idNumber: "320599194802031234" };
    expect(await refused(signUpAtDesk(call, event, wrong))).toBe("422 invalid-identity-number");
    const mismatch = withoutPhone({ name: "不符" });
    expect(await refused(signUpAtDesk(call, event, mismatch))).toBe("422 identity-not-confirmed");
  });
});

describe("somebody who has an account", () => {
  it("is signed up by name and document, told as ever, and sees it; nothing of the profile is changed", async () => {
    const me = await citizen(service, { name: "阿依古丽·买买提" });
    const before = await good(me.call(peopleRoutes.getMyData, { query: {} }));
    const event = await publishedEvent(service);
    const typed = { ...me.input, name: "阿依古丽•买买提", phone: "13999990000" };
    let answer = { participantId: "", registrationId: "" };
    const sent = await textsOf(async () => {
      answer = await good(signUpAtDesk(newClerk().call, event, typed));
    });
    const { participantId, registrationId } = answer;
    expect(participantId).toBe(me.personId);
    expect(sent).toEqual([`desk-registered ${me.input.phone.slice(-4)}`]);
    const { registrations, ...after } = await good(me.call(peopleRoutes.getMyData, { query: {} }));
    const { registrations: none, ...kept } = before;
    expect([none, after]).toEqual([[], kept]);
    expect(registrations).toMatchObject([{ registrationId, status: "confirmed" }]);
    const mine = await good(
      me.call(registrationRoutes.getRegistration, { path: { registrationId }, query: {} }),
    );
    expect(mine).toMatchObject({ onBehalf: "paper-form" });
    await good(me.call(registrationRoutes.cancelRegistration, { path: { registrationId } }));
  });

  it("is signed up under no other name, nothing else is said, and it is in the audit log", async () => {
    const me = await citizen(service, { name: "顾阿大" });
    const event = await publishedEvent(service);
    const { sub, call } = newClerk();
    const answer = await signUpAtDesk(call, event, { ...me.input, name: "顾阿二" });
    expect(answer.status).toBe(422);
    expect(Object.keys(answer.body).toSorted()).toEqual([
      "detail",
      "instance",
      "status",
      "title",
      "traceId",
      "type",
    ]);
    expect(answer.body).toMatchObject({ type: "/problems/identity-mismatch" });
    expect(JSON.stringify(answer.body)).not.toMatch(/顾|320599|per_/);
    expect(await availability(service, event.path)).toMatchObject([{ held: 0 }]);
    expect(await audited(sub)).toMatchObject([
      { action: "signUpOnBehalf.identityMismatch", subject: event.path.eventId },
    ]);
  });

  it("cannot be found out by trying names: after ten nothing is compared that day, by this member of staff", async () => {
    const me = await citizen(service);
    const event = await publishedEvent(service);
    const { call } = newClerk();
    for (let guess = 0; guess < 10; guess += 1) {
      const name = `${"甲乙丙丁戊己庚辛壬癸"[guess]}人`;
      expect(await refused(signUpAtDesk(call, event, { ...me.input, name }))).toBe("422 identity-mismatch");
    }
    expect(await refused(signUpAtDesk(call, event, { ...me.input, name: "子人" }))).toBe(
      "429 desk-limit-reached",
    );
    expect(await refused(signUpAtDesk(call, event, me.input))).toBe("429 desk-limit-reached");
    service.clock.advance(86_400);
    await good(signUpAtDesk(call, event, me.input));
  });

  it("of a document without a birth date in it: the date and sex must be theirs too", async () => {
    const passport = {
      idType: "passport" as const,
      idNumber: "E12345678",
      birthDate: "1970-01-01",
      sex: "male" as const,
    };
    const owner = service.as("passport-owner", ["citizen"]);
    const body = { name: "John Smith", phone: "13800001111", ...passport };
    await good(owner(peopleRoutes.putMe, { body }));
    const event = await publishedEvent(service);
    const { call } = newClerk();
    const person = { name: "JOHN SMITH", ...passport };
    for (const other of [{ birthDate: "1971-01-01" }, { sex: "female" }])
      expect(await refused(signUpAtDesk(call, event, { ...person, ...other }))).toBe("422 identity-mismatch");
    await good(signUpAtDesk(call, event, person));
  });
});

describe("a minor", () => {
  const consent = guardianOnForm(true);
  it("is signed up only with a guardian who is named and signed, not on the telephone", async () => {
    const event = await publishedEvent(service);
    const { call } = newClerk();
    const youth = withoutPhone({ birthDate: "2010-01-01" });
    expect(await refused(signUpAtDesk(call, event, youth))).toBe("422 guardian-required");
    const guardian = guardianOnForm(false);
    const evidence = { kind: "phone" };
    expect(await refused(signUpAtDesk(call, event, youth, { guardian, evidence }))).toBe(
      "422 guardian-required",
    );
    expect(await good(signUpAtDesk(call, event, youth, { guardian }))).toMatchObject({ status: "confirmed" });
  });

  it("under 14 needs the guardian's separate consent in the version in force", async () => {
    const event = await publishedEvent(service);
    const { call } = newClerk();
    const kid = withoutPhone({ birthDate: "2015-01-01" });
    const without = { guardian: guardianOnForm(false) };
    expect(await refused(signUpAtDesk(call, event, kid, without))).toBe("422 guardian-consent-required");
    const old = { guardian: { ...consent, guardianConsent: { version: "2020-1", given: true } } };
    expect(await refused(signUpAtDesk(call, event, kid, old))).toBe("409 consent-outdated");
    await good(signUpAtDesk(call, event, kid, { guardian: consent }));
  });

  it("who has no telephone is told through the guardian's, which is kept with the child and encrypted", async () => {
    const event = await publishedEvent(service);
    const guardian = guardianOnForm(true, { phone: "13955554321" });
    const kid = withoutPhone({ birthDate: "2016-02-02" });
    const sent = await textsOf(() => good(signUpAtDesk(newClerk().call, event, kid, { guardian })));
    expect(sent).toEqual(["desk-registered 4321"]);
    const people = await tableText(service, "people");
    expect(people).toContain(`"sk":"PAPER#`);
    expect(people).toContain(`"guardianConsentVersion":"${consent.guardianConsent?.version}"`);
    for (const table of ["people", "registration", "operations", "audit-log"] as const)
      expect([table, (await tableText(service, table)).match(/沈监护|13955554321/)]).toEqual([table, null]);
  });

  it("whom a guardian added is told through that guardian, who sees it and reads what the form says", async () => {
    const parent = await citizen(service);
    const input = withoutPhone({ birthDate: "2015-07-07", name: "小宝宝" });
    const body = { relation: "child" as const, ...input, guardianConsent: consent.guardianConsent };
    const { personId } = await good(parent.call(peopleRoutes.addDependant, { body }));
    const event = await publishedEvent(service);
    const evidence = { kind: "in-person", note: "奶奶陪同" };
    let answer = { participantId: "", registrationId: "" };
    const sent = await textsOf(async () => {
      answer = await good(signUpAtDesk(newClerk().call, event, input, { guardian: consent, evidence }));
    });
    const { participantId, registrationId } = answer;
    expect(sent).toEqual([`desk-registered ${parent.input.phone.slice(-4)}`]);
    expect(participantId).toBe(personId);
    const copy = await good(parent.call(peopleRoutes.getMyData, { query: { personId } }));
    expect(copy).not.toHaveProperty("phone");
    expect(copy.forms).toEqual([
      {
        registrationId,
        at: expect.stringMatching(/^2026-06-10T05:00/),
        guardian: { name: "沈监护", phone: "13900007777" },
        guardianConsentVersion: consent.guardianConsent?.version,
        note: "奶奶陪同",
      },
    ]);
  });
});

describe("what staff do", () => {
  it("is in the audit log with how they were asked, and what they noted is encrypted with the person alone", async () => {
    const event = await publishedEvent(service);
    const { sub, call } = newClerk();
    const { uploadId } = await uploaded(call, pdf("form"), { purpose: "registration-document" });
    const evidence = { kind: "paper-form", note: "孙女王小芳代交", uploadId };
    const { registrationId } = await good(signUpAtDesk(call, event, withoutPhone(), { evidence }));
    expect(await audited(sub)).toMatchObject([
      {
        action: "signUpOnBehalf",
        subject: registrationId,
        org: "org-association",
        facts: {
          eventId: event.path.eventId,
          evidence: "paper-form",
          uploadId,
          status: "confirmed",
          known: false,
        },
      },
    ]);
    for (const table of ["people", "registration", "operations", "audit-log"] as const)
      expect([table, (await tableText(service, table)).includes("王小芳")]).toEqual([table, false]);
    expect(await refused(signUpAtDesk(call, event, withoutPhone(), { evidence }))).toBe("409 upload-used");
    const other = newClerk();
    const { uploadId: theirs } = await uploaded(other.call, pdf("other"), {
      purpose: "registration-document",
    });
    const foreign = { kind: "paper-form", uploadId: theirs };
    expect(await refused(signUpAtDesk(call, event, withoutPhone(), { evidence: foreign }))).toBe(
      "404 not-found",
    );
  });

  it("happens once per key, also pressed twice at once, and another person under the key is refused", async () => {
    const event = await publishedEvent(service);
    const { call } = newClerk();
    const person = withoutPhone();
    const before = await personsMade();
    const press = () => signUpAtDesk(call, event, person, { idempotencyKey: "form-1" });
    const answers = await Promise.all([press(), press(), press()]);
    const [first] = answers.flatMap(({ ok, body }) => (ok ? [body] : []));
    for (const { ok, status, body } of answers) expect(ok ? body : status).toEqual(ok ? first : 409);
    expect(await good(press())).toEqual(first);
    expect(await personsMade()).toBe(before + 1);
    expect(await availability(service, event.path)).toMatchObject([{ held: 1 }]);
    expect(await refused(signUpAtDesk(call, event, withoutPhone(), { idempotencyKey: "form-1" }))).toBe(
      "422 idempotency-key-reused",
    );
  });

  it("makes one person where two desks read one new document at the same time", async () => {
    const [one, other] = [await publishedEvent(service), await publishedEvent(service)];
    const person = withoutPhone();
    const answers = await Promise.all([
      good(signUpAtDesk(newClerk().call, one, person)),
      good(signUpAtDesk(newClerk().call, other, person)),
    ]);
    expect(new Set(answers.map(({ participantId }) => participantId)).size).toBe(1);
  });

  it("makes one person also where the other desk's write comes between this one's reading and writing", async () => {
    const [one, other] = [await publishedEvent(service), await publishedEvent(service)];
    const person = withoutPhone();
    let between: Promise<{ participantId: string }> | undefined;
    const { participantId } = await withFault(
      async (command, _, next) => {
        if (command.startsWith("TransactWrite") && !between) {
          between = good(signUpAtDesk(newClerk().call, other, person));
          await between;
        }
        return next();
      },
      () => good(signUpAtDesk(newClerk().call, one, person)),
    );
    expect((await between)?.participantId).toBe(participantId);
  });

  it("ends for a day when a member of staff has reached the limit, for nobody else and not for long", async () => {
    const event = await publishedEvent(service);
    const { sub, call } = newClerk();
    await good(signUpAtDesk(call, event, withoutPhone()));
    await client.send(
      new UpdateCommand({
        TableName: service.parts.tableNames.operations,
        Key: { pk: `DESK#${await actorOf({ sub })}#2026-06-10`, sk: "SIGNED-UP" },
        UpdateExpression: "ADD #n :most",
        ConditionExpression: "#n = :one",
        ExpressionAttributeNames: { "#n": "count" },
        ExpressionAttributeValues: { ":most": 98, ":one": 1 },
      }),
    );
    await good(signUpAtDesk(call, event, withoutPhone()));
    const before = await personsMade();
    expect(await refused(signUpAtDesk(call, event, withoutPhone()))).toBe("429 desk-limit-reached");
    expect(await personsMade()).toBe(before);
    await good(signUpAtDesk(newClerk().call, event, withoutPhone()));
    service.clock.advance(86_400);
    await good(signUpAtDesk(call, event, withoutPhone()));
  });
});
