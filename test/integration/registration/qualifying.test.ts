import { DeleteCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { residentId } from "#local/demo/residentId.ts";
import { actorOf } from "#shared/audit/actor.ts";
import { auditRoutes } from "#shared/audit/contract.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { findPerson } from "#shared/people/store.ts";
import { client } from "#shared/platform/dynamo.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { deskRoutes } from "#shared/registration/desk/contract.ts";
import { qualifies } from "#shared/registration/desk/qualifying.ts";
import { tableText } from "../../support/contents.ts";
import { clerk, list, qualifyingEvent, rowOf, signUpAtDesk, withoutPhone } from "../../support/desk.ts";
import { childInput } from "../../support/family.ts";
import { sdkError, withFault } from "../../support/faults.ts";
import { finance } from "../../support/ledger.ts";
import { deliver } from "../../support/queues.ts";
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
import { availability, changed } from "../../support/waiting.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());
beforeEach(() => service.clock.set(NOON));

const counts = ({ path }: { path: { eventId: string } }) =>
  good(organiser(service)(deskRoutes.getQualifiers, { path }));
const remove = ({ path }: { path: { eventId: string } }, qualifierId: string) =>
  organiser(service)(deskRoutes.removeQualifier, { path: { ...path, qualifierId } });
/** So many documents that nobody else has. */
const documents = (count: number, year: number) =>
  Array.from({ length: count }, (_, at) => ({
    idType: "resident-id" as const,
    idNumber: residentId(
      `${year}-03-${String(1 + (at % 28)).padStart(2, "0")}`,
      100 + Math.floor(at / 28),
      "male",
    ),
  }));
const stored = async (eventId: string) => {
  const { Items = [] } = await client.send(
    new ScanCommand({ TableName: service.parts.tableNames.registration }),
  );
  return Items.filter(({ pk }) => String(pk).startsWith(`QUALIFIER#${eventId}#`)).length;
};

describe("an event for those on a list", () => {
  it("gives places to them alone, first come among them, and says what would do", async () => {
    const event = await qualifyingEvent(service, { groups: [{ name: "全程组", capacity: 1 }] });
    const [first, second, other] = [await citizen(service), await citizen(service), await citizen(service)];
    await good(list(service, event, [rowOf(first.input), rowOf(second.input)]));
    const groupId = event.groupIds[0] ?? "";
    const answer = await signUp(other.call, event.path, groupId);
    expect(answer).toMatchObject({
      status: 422,
      body: { type: "/problems/not-qualified", rule: "qualifying-list" },
    });
    expect((answer.body as { detail: string }).detail).toContain("请联系主办方列入名单");
    expect(await good(signUp(second.call, event.path, groupId))).toMatchObject({ status: "confirmed" });
    expect(await refused(signUp(first.call, event.path, groupId))).toBe("409 event-full");
    expect(await good(service.anyone(registrationRoutes.getEvent, { path: event.path }))).toMatchObject({
      allocation: "qualifying",
    });
  });

  it("admits by an entry that names a group to that group only, and tells which", async () => {
    const event = await qualifyingEvent(service);
    const [full = "", half = ""] = event.groupIds;
    const me = await citizen(service);
    await good(list(service, event, [rowOf(me.input, half)]));
    const answer = await signUp(me.call, event.path, full);
    expect(answer.body).toMatchObject({ type: "/problems/not-qualified" });
    expect((answer.body as { detail: string }).detail).toContain("半程组");
    expect(await good(signUp(me.call, event.path, half))).toMatchObject({ status: "confirmed" });
  });

  it("admits a child by the child's own document, and a party only where all are on the list", async () => {
    const event = await qualifyingEvent(service);
    const groupId = event.groupIds[0] ?? "";
    const parent = await citizen(service);
    const input = childInput();
    const { personId } = await good(parent.call(peopleRoutes.addDependant, { body: input }));
    await good(list(service, event, [rowOf(parent.input)]));
    const together = { participantIds: [parent.personId, personId] };
    expect(await refused(signUp(parent.call, event.path, groupId, together))).toBe("422 not-qualified");
    await good(list(service, event, [rowOf(input)]));
    expect(await good(signUp(parent.call, event.path, groupId, together))).toMatchObject({
      status: "confirmed",
    });
    expect(await availability(service, event.path)).toMatchObject([{ held: 2 }, { held: 0 }]);
  });

  it("admits whoever a desk signs up by the document that lies there", async () => {
    const event = await qualifyingEvent(service);
    const [listed, other] = [withoutPhone(), withoutPhone()];
    await good(list(service, event, [rowOf(listed)]));
    expect(await refused(signUpAtDesk(clerk(service), event, other))).toBe("422 not-qualified");
    expect(await good(signUpAtDesk(clerk(service), event, listed))).toMatchObject({ status: "confirmed" });
  });

  it("refuses who was taken off the list between the reading and the writing", async () => {
    const event = await qualifyingEvent(service);
    const me = await citizen(service);
    const { qualifiers } = await good(list(service, event, [rowOf(me.input)]));
    let between = false;
    const answer = await withFault(
      async (command, _, next) => {
        if (command.startsWith("TransactWrite") && !between) {
          between = true;
          await good(remove(event, qualifiers[0]?.qualifierId ?? ""));
        }
        return next();
      },
      () => signUp(me.call, event.path, event.groupIds[0] ?? ""),
    );
    expect(answer).toMatchObject({ status: 422, body: { type: "/problems/not-qualified" } });
    expect(await availability(service, event.path)).toMatchObject([{ held: 0 }, { held: 0 }]);
  });

  it("leaves a place to who was taken off the list afterwards", async () => {
    const event = await qualifyingEvent(service);
    const me = await citizen(service);
    const { qualifiers } = await good(list(service, event, [rowOf(me.input)]));
    const { registrationId } = await good(signUp(me.call, event.path, event.groupIds[0] ?? ""));
    await good(remove(event, qualifiers[0]?.qualifierId ?? ""));
    const read = me.call(registrationRoutes.getRegistration, { path: { registrationId }, query: {} });
    expect(await good(read)).toMatchObject({ status: "confirmed" });
    await good(me.call(registrationRoutes.cancelRegistration, { path: { registrationId } }));
    expect(await refused(signUp(me.call, event.path, event.groupIds[0] ?? ""))).toBe("422 not-qualified");
  });

  it("in a rush serves those on the list in turn, also when the event was changed, and tells who was taken off", async () => {
    const event = await qualifyingEvent(service, { mode: "queued" });
    const groupId = event.groupIds[0] ?? "";
    const [me, gone, other] = [await citizen(service), await citizen(service), await citizen(service)];
    const { qualifiers } = await good(list(service, event, [rowOf(me.input), rowOf(gone.input)]));
    expect(await refused(signUp(other.call, event.path, groupId))).toBe("422 not-qualified");
    const [mine, theirs] = [
      await good(signUp(me.call, event.path, groupId)),
      await good(signUp(gone.call, event.path, groupId)),
    ];
    await good(remove(event, qualifiers[1]?.qualifierId ?? ""));
    await good(changed(service, event.path, { name: "新名字" }));
    await deliver(service, "sign-ups");
    const read = (call: typeof me.call, of: typeof mine) =>
      call(registrationRoutes.getRegistration, {
        path: { registrationId: of.registrationId },
        query: "ticket" in of ? { ticket: of.ticket } : {},
      });
    expect(await good(read(me.call, mine))).toMatchObject({ status: "confirmed" });
    expect(await refused(read(gone.call, theirs))).toBe("422 not-qualified");
    expect(await availability(service, event.path)).toMatchObject([{ held: 1 }, { held: 0 }]);
  });

  it("lets those on the list wait when it is full, and nobody else", async () => {
    const event = await qualifyingEvent(service, {
      groups: [{ name: "全程组", capacity: 1 }],
      waitlist: true,
    });
    const groupId = event.groupIds[0] ?? "";
    const [first, second, other] = [await citizen(service), await citizen(service), await citizen(service)];
    await good(list(service, event, [rowOf(first.input), rowOf(second.input)]));
    await good(signUp(first.call, event.path, groupId));
    const waitlist = true;
    expect(await refused(signUp(other.call, event.path, groupId, { waitlist }))).toBe("422 not-qualified");
    expect(await good(signUp(second.call, event.path, groupId, { waitlist }))).toMatchObject({
      status: "waitlisted",
    });
  });
});

describe("the list", () => {
  it("takes last year's results under any spelling, by group or for any, and counts them", async () => {
    const event = await qualifyingEvent(service);
    const [full = "", half = ""] = event.groupIds;
    const me = somebody({ birthDate: "1991-05-05" });
    const [one, two] = documents(2, 1984);
    const spelt = { ...me, idNumber: ` ${me.idNumber.toLowerCase()} ` };
    const passport = { idType: "passport" as const, idNumber: "e 1234 5678" };
    const answer = await good(
      list(service, event, [rowOf(me), rowOf(spelt), rowOf(one, full), rowOf(two, half), rowOf(passport)]),
    );
    const [mine, again, ...others] = answer.qualifiers;
    expect(again).toEqual(mine);
    expect(new Set([mine, ...others].map((entry) => entry?.qualifierId)).size).toBe(4);
    expect(answer).toMatchObject({ total: 4 });
    expect(await counts(event)).toEqual({
      total: 4,
      anyGroup: 2,
      groups: [
        { groupId: full, qualifiers: 1 },
        { groupId: half, qualifiers: 1 },
      ],
    });
  });

  it("with one wrong row is refused whole, with every wrong row by its place and no number repeated", async () => {
    const event = await qualifyingEvent(service);
    const [right, wrong, elsewhere] = documents(3, 1985);
    const number = wrong?.idNumber ?? "";
    const idNumber = `${number.slice(0, 17)}${number.endsWith("1") ? "2" : "1"}`;
    const idType = "resident-id" as const;
    const nowhere = "grp_01J00000000000000000000000";
    const answer = await list(service, event, [
      rowOf(right),
      rowOf({ idType, idNumber }),
      rowOf(elsewhere, nowhere),
      rowOf({ idType, idNumber: "12345" }, nowhere),
    ]);
    expect(answer.status).toBe(422);
    const { errors } = answer.body as { errors: { pointer: string }[] };
    expect(errors.map(({ pointer }) => pointer)).toEqual([
      "/entries/1/idNumber",
      "/entries/2/groupId",
      "/entries/3/groupId",
      "/entries/3/idNumber",
    ]);
    expect(JSON.stringify(answer.body)).not.toMatch(/320599|12345/);
    expect([await counts(event), await stored(event.path.eventId)]).toMatchObject([{ total: 0 }, 0]);
  });

  it("adds nothing twice: under one key, under another, or beside another request", async () => {
    const event = await qualifyingEvent(service);
    const rows = documents(30, 1986).map((document) => rowOf(document));
    const first = await good(list(service, event, rows, "list-1"));
    expect(await good(list(service, event, rows, "list-1"))).toEqual(first);
    expect(await good(list(service, event, rows))).toEqual(first);
    expect(await refused(list(service, event, rows.slice(1), "list-1"))).toBe("422 idempotency-key-reused");
    const more = documents(60, 1987).map((document) => rowOf(document));
    await Promise.all([good(list(service, event, more)), good(list(service, event, more.slice(20)))]);
    expect([await counts(event), await stored(event.path.eventId)]).toMatchObject([{ total: 90 }, 90]);
  });

  it("counts once what another request adds between the reading and the writing", async () => {
    const event = await qualifyingEvent(service);
    const rows = documents(3, 1988).map((document) => rowOf(document));
    let between = false;
    await withFault(
      async (command, _, next) => {
        if (command.startsWith("TransactWrite") && !between) {
          between = true;
          await good(list(service, event, rows.slice(0, 1)));
        }
        return next();
      },
      () => good(list(service, event, rows)),
    );
    expect([await counts(event), await stored(event.path.eventId)]).toMatchObject([{ total: 3 }, 3]);
  });

  it("of 500 rows that was cut off in the middle is finished by the same request, and no longer list is taken", async () => {
    const event = await qualifyingEvent(service);
    const rows = documents(500, 1979).map((document) => rowOf(document));
    let writes = 0;
    const cut = await withFault(
      async (command, _, next) => {
        if (command.startsWith("TransactWrite")) writes += 1;
        if (writes > 3) throw sdkError("ResourceNotFoundException");
        return next();
      },
      () => list(service, event, rows, "long-list"),
    );
    expect([cut.status, (await counts(event)).total]).toEqual([500, 270]);
    expect(await good(list(service, event, rows, "long-list"))).toMatchObject({ total: 500 });
    expect([await counts(event), await stored(event.path.eventId)]).toMatchObject([{ total: 500 }, 500]);
    expect(await refused(list(service, event, [...rows, rowOf(somebody())]))).toBe("400 invalid-body");
  });

  it("keeps no number, and no index by which two events' lists or a person could be put side by side", async () => {
    const [one, other] = [await qualifyingEvent(service), await qualifyingEvent(service)];
    const me = await citizen(service);
    const [inOne, inOther] = [
      await good(list(service, one, [rowOf(me.input)])),
      await good(list(service, other, [rowOf(me.input)])),
    ];
    expect(inOne.qualifiers[0]?.qualifierId).not.toBe(inOther.qualifiers[0]?.qualifierId);
    const identity = (await tableText(service, "people")).match(/IDENTITY#1#([\w-]{43})/)?.[1] ?? "";
    expect(identity).toHaveLength(43);
    for (const table of ["registration", "operations", "audit-log"] as const) {
      const text = await tableText(service, table);
      expect([table, text.includes(me.input.idNumber), text.includes(identity)]).toEqual([
        table,
        false,
        false,
      ]);
    }
  });

  it("loses an entry once, which is counted and in the audit log, and to the own organisation alone", async () => {
    const event = await qualifyingEvent(service);
    const [document] = documents(1, 1983);
    const { qualifiers } = await good(list(service, event, [rowOf(document)]));
    const qualifierId = qualifiers[0]?.qualifierId ?? "";
    const foreign = organiser(service, "org-other");
    expect(await refused(foreign(deskRoutes.removeQualifier, { path: { ...event.path, qualifierId } }))).toBe(
      "404 not-found",
    );
    const elsewhere = await qualifyingEvent(service);
    expect(await refused(remove(elsewhere, qualifierId))).toBe("404 not-found");
    const answers = await Promise.all([remove(event, qualifierId), remove(event, qualifierId)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 404]);
    expect(await counts(event)).toMatchObject({ total: 0 });
    const actor = await actorOf({ sub: "organiser-1-org-association" });
    const { items } = await good(finance(service)(auditRoutes.listAuditLog, { query: { limit: 100 } }));
    const about = items.filter((entry) => entry.actor === actor && entry.subject === event.path.eventId);
    expect(about.map(({ action }) => action).toSorted()).toEqual(["addQualifiers", "removeQualifier"]);
  });

  it("is refused to an event that nobody would hold against it", async () => {
    const event = await publishedEvent(service);
    expect(await refused(list(service, event, [rowOf(somebody())]))).toBe("409 no-qualifying-list");
  });

  it("can be made before the event is published", async () => {
    const draft = await good(
      organiser(service)(registrationRoutes.createEvent, { body: eventInput({ allocation: "qualifying" }) }),
    );
    const path = { eventId: draft.eventId };
    expect(await good(list(service, { path }, [rowOf(somebody())]))).toMatchObject({ total: 1 });
  });

  it("says for any event by which entry a person qualifies, for who allots by other rules", async () => {
    const event = await qualifyingEvent(service);
    const [full = "", half = ""] = event.groupIds;
    const person = await citizen(service);
    const identities = (await findPerson(person.personId))?.identities ?? [];
    const { qualifiers } = await good(list(service, event, [rowOf(person.input, half)]));
    const [entry] = qualifiers;
    expect(await qualifies(event.event, { identities }, half)).toBe(entry?.qualifierId);
    expect(await qualifies(event.event, { identities }, full)).toBeUndefined();
    await client.send(
      new DeleteCommand({
        TableName: service.parts.tableNames.registration,
        Key: { pk: `QUALIFIER#${event.path.eventId}#${entry?.qualifierId}`, sk: "QUALIFIER" },
      }),
    );
    expect(await qualifies(event.event, { identities }, half)).toBeUndefined();
  });
});
