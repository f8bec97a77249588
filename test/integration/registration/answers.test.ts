import { DeleteCommand, GetCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runJob } from "#local/localRoutes.ts";
import type { Client } from "#shared/client.ts";
import { takeLease } from "#shared/jobs/store.ts";
import { answerParts, answersOf } from "#shared/people/answers/sealing.ts";
import { listAnswers, moveAnswers, removeAnswers } from "#shared/people/answers/store.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { client, dynamo } from "#shared/platform/dynamo.ts";
import { registration } from "#shared/policies/definitions/registration.ts";
import { forgetDecided } from "#shared/policies/reading.ts";
import { tableText } from "../../support/contents.ts";
import { child } from "../../support/family.ts";
import {
  citizen,
  good,
  NOON,
  publishedEvent,
  refused,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import { availability, cancel, changed } from "../../support/waiting.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

const health = { statementId: "health", version: "1", title: "健康", text: "同意。", kind: "health" };
const questions = [
  {
    questionId: "size",
    title: "尺码",
    kind: "choice",
    options: ["S", "L"],
    required: true,
    purpose: "equipment",
  },
  { questionId: "kin", title: "紧急联系电话", kind: "phone", required: true, purpose: "safety" },
  { questionId: "heart", title: "心脏病史", kind: "text", purpose: "health", appliesTo: { minAge: 18 } },
];
const asking = (of: Record<string, unknown> = {}) =>
  publishedEvent(service, { questions, statements: [health], ...of });
const consents = [{ statementId: "health", version: "1" }];
/** What occurs nowhere else. */
const canary = "𪚥靐心律不齐";
const phone = "13977665544";
const answers = { size: "L", kin: `+86 ${phone}`, heart: canary };
const kept = { size: "L", kin: phone, heart: canary };

const myData = async (call: Client) => (await good(call(peopleRoutes.getMyData, { query: {} }))).answers;

const { healthDays = 0, answersDays = 0 } = registration.retention.defaults[0]?.value ?? {};
/** 03:30 in Shanghai, so many days after the day of an event's end. */
const nightAfter = (day: string, days: number) =>
  service.clock.set(new Date(Date.parse(`${day}T03:30:00+08:00`) + days * 86_400_000));
const sweep = async () => expect(await runJob("eraseAnswers")).toBe(true);

describe("answers", () => {
  it("are kept with the person alone, encrypted, and shown to them", async () => {
    const { event, path, groupIds } = await asking();
    const { call, personId } = await citizen(service);
    const { registrationId } = await good(signUp(call, path, groupIds[0] ?? "", { answers, consents }));
    expect(await myData(call)).toEqual([{ eventId: event.eventId, answers: kept }]);
    expect(await answersOf([personId], event.eventId)).toEqual(new Map([[personId, kept]]));
    for (const table of ["people", "registration", "operations", "audit-log"] as const) {
      const text = await tableText(service, table);
      for (const secret of [canary, phone]) expect([table, text.includes(secret)]).toEqual([table, false]);
    }
    expect(registrationId).toMatch(/^reg_/);
  });

  it("are each participant's own, in one sign-up", async () => {
    const { event, path, groupIds } = await asking();
    const { call, personId } = await citizen(service);
    const kid = (await child(call)).personId;
    const answersFor = { [kid]: { size: "S" } };
    const participantIds = [personId, kid];
    await good(signUp(call, path, groupIds[0] ?? "", { participantIds, answers, answersFor, consents }));
    expect(await answersOf(participantIds, event.eventId)).toEqual(
      new Map<string, Record<string, string | number>>([
        [personId, kept],
        [kid, { size: "S", kin: phone }],
      ]),
    );
  });

  it("that are missing, wrong or not asked for are told by their place, and nothing is kept", async () => {
    const { event, path, groupIds } = await asking();
    const { call, personId } = await citizen(service);
    const wrong = await signUp(call, path, groupIds[0] ?? "", {
      answers: { size: "M", colour: "红" },
      consents,
    });
    expect(wrong.status).toBe(422);
    expect(wrong.body).toMatchObject({
      type: "/problems/invalid-answers",
      errors: [{ pointer: "/answers/colour" }, { pointer: "/answers/size" }, { pointer: "/answers/kin" }],
    });
    expect(JSON.stringify(wrong.body)).not.toContain("红");
    expect(await answersOf([personId], event.eventId)).toEqual(new Map());
    expect(await availability(service, path)).toMatchObject([{ held: 0 }]);
  });

  it("about health need the separate consent to them", async () => {
    const optional = { statements: [{ ...health, required: false }] };
    const { path, groupIds } = await asking(optional);
    const { call } = await citizen(service);
    expect(await refused(signUp(call, path, groupIds[0] ?? "", { answers }))).toBe("422 consent-required");
    const others = { size: answers.size, kin: answers.kin };
    expect(await good(signUp(call, path, groupIds[0] ?? "", { answers: others }))).toMatchObject({
      status: "confirmed",
    });
  });

  it("are kept in the write of the place: without a place there are none", async () => {
    const { event, path, groupIds } = await asking({ groups: [{ name: "一人组", capacity: 1 }] });
    const people = await Promise.all(Array.from({ length: 4 }, () => citizen(service)));
    const taken = await Promise.all(
      people.map(({ call }) => signUp(call, path, groupIds[0] ?? "", { answers, consents })),
    );
    const placed = people.filter((_, at) => taken[at]?.ok).map(({ personId }) => personId);
    expect(placed).toHaveLength(1);
    const all = people.map(({ personId }) => personId);
    expect([...(await answersOf(all, event.eventId)).keys()]).toEqual(placed);
  });

  it("of a second sign-up take the place of the first one's", async () => {
    const { event, path, groupIds } = await asking();
    const { call, personId } = await citizen(service);
    const first = await good(signUp(call, path, groupIds[0] ?? "", { answers, consents }));
    await good(cancel({ call, registrationId: first.registrationId }));
    const less = { size: "S", kin: answers.kin };
    await good(signUp(call, path, groupIds[0] ?? "", { answers: less, consents }));
    expect(await answersOf([personId], event.eventId)).toEqual(
      new Map<string, Record<string, string | number>>([[personId, { size: "S", kin: phone }]]),
    );
  });

  it("are repeated with the request and not asked for again", async () => {
    const { path, groupIds } = await asking();
    const { call } = await citizen(service);
    const press = () =>
      good(signUp(call, path, groupIds[0] ?? "", { answers, consents, idempotencyKey: "one-press" }));
    expect(await press()).toEqual(await press());
    const other = { answers: { ...answers, size: "S" }, consents, idempotencyKey: "one-press" };
    expect(await refused(signUp(call, path, groupIds[0] ?? "", other))).toBe("422 idempotency-key-reused");
  });

  it("cannot be opened as somebody else's, or for another event", async () => {
    const [mine, other] = [await asking(), await asking()];
    const { call, personId } = await citizen(service);
    await good(signUp(call, mine.path, mine.groupIds[0] ?? "", { answers, consents }));
    const [item] = await listAnswers(personId);
    const TableName = service.parts.tableNames.people;
    const moved = { pk: `ANSWERS#${personId}`, sk: other.event.eventId };
    const Key = { pk: moved.pk, sk: mine.event.eventId };
    const stored = (await client.send(new GetCommand({ TableName, Key }))).Item;
    expect(item?.eventId).toBe(mine.event.eventId);
    await dynamo.commit([
      {
        table: "people",
        write: { Put: { Item: { ...stored, ...moved, eventId: other.event.eventId } } },
      },
    ]);
    await expect(answersOf([personId], other.event.eventId)).rejects.toThrow("sealed for another");
    await client.send(new DeleteCommand({ TableName, Key: moved }));
  });
});

describe("hard case 54: erasure", () => {
  it("removes what a person answered, and makes it unreadable at once", async () => {
    const { event, path, groupIds } = await asking();
    const { call, personId } = await citizen(service);
    await good(signUp(call, path, groupIds[0] ?? "", { answers, consents }));
    await good(call(peopleRoutes.eraseMe, {}));
    expect(await answersOf([personId], event.eventId)).toEqual(new Map());
    expect(await listAnswers(personId)).toHaveLength(1);
    expect(await runJob("releaseErased")).toBe(true);
    expect(await listAnswers(personId)).toEqual([]);
  });

  it("leaves nothing behind of a sign-up in the same moment", async () => {
    const { call, personId } = await citizen(service);
    const event = { eventId: "evt_01J00000000000000000000000", endsAt: NOON.toISOString() };
    const parts = await answerParts(event, [{ personId, answers: { size: "L" }, health: {} }]);
    await good(call(peopleRoutes.eraseMe, {}));
    await expect(dynamo.commit(parts)).rejects.toThrow("profile-missing");
    expect(await listAnswers(personId)).toEqual([]);
  });
});

describe("the job that removes answers whose time is over", () => {
  let begun = 0;
  /** Somebody who answered for an event that ends at 17:00 on 10 July. */
  async function answered(
    of: Record<string, unknown> = {},
    given: Record<string, string | number> = answers,
  ) {
    // An hour later each time: a token that is reused was not made in the future.
    begun += 1;
    service.clock.set(new Date(NOON.getTime() + begun * 3_600_000));
    // The clock was set back: an earlier run's lease would hold until then.
    await dynamo.writeHints("operations", [], [{ pk: "JOB#eraseAnswers", sk: "RUN" }]);
    const { event, path, groupIds } = await asking(of);
    const { call, personId } = await citizen(service);
    await good(signUp(call, path, groupIds[0] ?? "", { answers: given, consents }));
    const standing = async () => (await answersOf([personId], event.eventId)).get(personId);
    return { event, path, call, personId, standing };
  }
  const { heart: _, ...rest } = kept;
  const END = "2026-07-10";

  it("removes what is about health first, and the rest later, each on its day and not before", async () => {
    const { standing, personId } = await answered();
    nightAfter(END, healthDays - 1);
    await sweep();
    expect(await standing()).toEqual(kept);
    nightAfter(END, healthDays);
    await sweep();
    expect(await standing()).toEqual(rest);
    await sweep();
    nightAfter(END, answersDays - 1);
    await sweep();
    expect(await standing()).toEqual(rest);
    nightAfter(END, answersDays);
    await sweep();
    expect(await listAnswers(personId)).toEqual([]);
    await sweep();
  });

  it("hard case 56: finds days later whatever a night missed, in one run", async () => {
    const { personId } = await answered();
    nightAfter(END, answersDays + 3);
    await sweep();
    expect(await listAnswers(personId)).toEqual([]);
  });

  it("keeps the answers of an event that was put off, until its own time", async () => {
    const { standing, path } = await answered();
    const [startsAt, endsAt] = ["2026-09-10T00:00:00.000Z", "2026-09-10T09:00:00.000Z"];
    await good(changed(service, path, { startsAt, endsAt }));
    nightAfter(END, healthDays);
    await sweep();
    expect(await standing()).toEqual(kept);
    nightAfter("2026-09-10", healthDays);
    await sweep();
    expect(await standing()).toEqual(rest);
  });

  it("removes all of it where nothing but health was asked", async () => {
    const only = questions.filter(({ purpose }) => purpose === "health");
    const { personId } = await answered({ questions: only }, { heart: canary });
    nightAfter(END, healthDays);
    await sweep();
    expect(await listAnswers(personId)).toEqual([]);
  });

  it("leaves the work to another that is at it", async () => {
    const { standing } = await answered();
    nightAfter(END, healthDays);
    const lease = await takeLease("eraseAnswers", service.clock.now(), 60);
    expect(lease).toBeDefined();
    await sweep();
    expect(await standing()).toEqual(kept);
    service.clock.advance(61);
    await sweep();
    expect(await standing()).toEqual(rest);
  });

  it("removes nothing that is no longer as it was found: put off or answered anew meanwhile", async () => {
    const { standing, personId } = await answered();
    const [found] = await listAnswers(personId);
    if (!found) throw new Error("nothing was answered");
    expect(await moveAnswers(found, "2026-09-10T09:00:00.000Z")).toBe(true);
    expect(await moveAnswers(found, "2026-10-10T09:00:00.000Z")).toBe(false);
    for (const stage of ["health", "answers"] as const) expect(await removeAnswers(stage, found)).toBe(false);
    expect(await standing()).toEqual(kept);
  });

  it("keeps to the rule as it is decided", async () => {
    const { standing } = await answered();
    const version = {
      pk: "POLICIES",
      sk: `${registration.retention.id}#CN#2026-07-01#0001`,
      policyId: registration.retention.id,
      jurisdiction: "CN",
      validFrom: "2026-07-01",
      version: 1,
      value: { healthDays: 5, answersDays: 400 },
      enforcement: "refuse",
      source: { zh: "试", en: "test" },
    };
    await dynamo.commit([{ table: "operations", write: { Put: { Item: version } } }]);
    forgetDecided();
    nightAfter(END, 5);
    await sweep();
    expect(await standing()).toEqual(rest);
    await dynamo.writeHints("operations", [], [{ pk: version.pk, sk: version.sk }]);
    forgetDecided();
  });
});
