import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runJob } from "#local/localRoutes.ts";
import { auditRoutes } from "#shared/audit/contract.ts";
import type { Client } from "#shared/client.ts";
import { takeLease } from "#shared/jobs/store.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { planPersonsPause } from "#shared/people/standing/store.ts";
import { findPerson } from "#shared/people/store.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { businessDate, daysAfter } from "#shared/platform/time.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { standingRoutes } from "#shared/registration/standing/contract.ts";
import { markNext } from "#shared/registration/standing/marking.ts";
import { findStanding } from "#shared/registration/standing/store.ts";
import { child } from "../../support/family.ts";
import { withFault } from "../../support/faults.ts";
import { inboxOf } from "../../support/notices.ts";
import { decidedPolicy } from "../../support/policies.ts";
import {
  citizen,
  good,
  publishedEvent,
  refused,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import {
  appeal,
  attend,
  bureau,
  decideAppeal,
  eventOn,
  markNoShows,
  misses,
  oneOClock,
  penaltiesOf,
  statusOf,
} from "../../support/standing.ts";
import { pdf, uploaded } from "../../support/uploads.ts";

let service: TestService;
let admin: Client;
beforeAll(async () => {
  service = await startTestService();
  admin = bureau(service);
});
afterAll(() => service.stop());

/** Days that no other test uses, some weeks apart from test to test so that nothing of one counts in the next. */
let day = "2026-07-01";
beforeEach(() => {
  day = daysAfter(day, 20);
});
const days = (count: number) => Array.from({ length: count }, (_, at) => daysAfter(day, at * 3));

/** Somebody who did not come so often that sign-up is paused. */
async function paused() {
  const me = await citizen(service);
  const missed = await misses(service, me.call, days(3));
  const [penalty] = await penaltiesOf(me.call);
  if (!penalty) throw new Error("no penalty");
  return { ...me, missed, penalty };
}
const later = async (call: Client, more: Parameters<typeof signUp>[3] = {}) => {
  const now = service.clock.now().toISOString().slice(0, 10);
  const { path, groupIds } = await publishedEvent(service, {
    startsAt: `${daysAfter(now, 300)}T00:00:00Z`,
    endsAt: `${daysAfter(now, 300)}T05:00:00Z`,
    signUpClosesAt: `${daysAfter(now, 299)}T00:00:00Z`,
  });
  return signUp(call, path, groupIds[0] ?? "", more);
};

describe("on the day after an event", () => {
  it("whoever is confirmed and was not checked in did not come; others stay as they are", async () => {
    const { path, groupId, other } = await eventOn(service, day, {
      groups: [{ name: "成人组", capacity: 3 }],
      waitlist: true,
    });
    const [me, left, waits] = [await citizen(service), await citizen(service), await citizen(service)];
    const mine = await good(signUp(me.call, path, groupId));
    const gone = await good(signUp(left.call, path, groupId));
    const waiting = await good(signUp(waits.call, path, groupId, { waitlist: true }));
    await good(
      left.call(registrationRoutes.cancelRegistration, { path: { registrationId: gone.registrationId } }),
    );
    await attend(other);
    oneOClock(service, day);
    await markNoShows();
    expect(await statusOf(mine.registrationId)).toBe("confirmed");
    oneOClock(service, daysAfter(day, 1));
    await markNoShows();
    const all = [other, mine.registrationId, gone.registrationId, waiting.registrationId];
    expect(await Promise.all(all.map(statusOf))).toEqual(["attended", "no-show", "cancelled", "offered"]);
    const { items } = await good(me.call(registrationRoutes.listMyRegistrations, { query: {} }));
    expect(items).toMatchObject([{ status: "no-show" }]);
    expect(
      await refused(
        me.call(registrationRoutes.cancelRegistration, { path: { registrationId: mine.registrationId } }),
      ),
    ).toBe("409 cancel-closed");
    expect((await findStanding(me.personId))?.noShows).toHaveProperty(mine.registrationId);
  });

  it("nobody is marked where nobody was checked in; a list that comes in time counts, a later one does not", async () => {
    const [early, late] = [await eventOn(service, day), await eventOn(service, day)];
    const [one, two] = [await citizen(service), await citizen(service)];
    const mine = await good(signUp(one.call, early.path, early.groupId));
    const theirs = await good(signUp(two.call, late.path, late.groupId));
    oneOClock(service, daysAfter(day, 1));
    await markNoShows();
    expect(await statusOf(mine.registrationId)).toBe("confirmed");
    // A list on paper, merged on the third day.
    oneOClock(service, daysAfter(day, 3));
    await attend(early.other);
    await markNoShows();
    expect([await statusOf(mine.registrationId), await statusOf(theirs.registrationId)]).toEqual([
      "no-show",
      "confirmed",
    ]);
    oneOClock(service, daysAfter(day, 4));
    await markNoShows();
    await attend(late.other);
    await markNoShows();
    expect(await statusOf(theirs.registrationId)).toBe("confirmed");
  });

  it.each(["at once", "twice", "three days late"])("a tick that comes %s ends the same", async (how) => {
    const me = await citizen(service);
    const missed: string[] = [];
    for (const date of days(3)) {
      const event = await eventOn(service, date);
      missed.push((await good(signUp(me.call, event.path, event.groupId))).registrationId);
      await attend(event.other);
      if (how === "three days late") continue;
      oneOClock(service, daysAfter(date, 1));
      await (how === "twice" ? Promise.all([runJob("markNoShows"), runJob("markNoShows")]) : markNoShows());
      if (how === "twice") await markNoShows();
    }
    const last = days(3).at(-1) ?? "";
    oneOClock(service, daysAfter(last, 4));
    await markNoShows();
    expect(await Promise.all(missed.map(statusOf))).toEqual(["no-show", "no-show", "no-show"]);
    expect(await penaltiesOf(me.call)).toMatchObject([
      {
        from: `${last}T16:00:00.000Z`,
        until: `${daysAfter(last, 90)}T16:00:00.000Z`,
        noShows: missed.map((registrationId) => ({ registrationId })),
      },
    ]);
  });

  it("what fails holds no other up, and is done by the next tick", async () => {
    const [first, second] = [await eventOn(service, day), await eventOn(service, day)];
    const [one, two] = [await citizen(service), await citizen(service)];
    const mine = await good(signUp(one.call, first.path, first.groupId));
    const theirs = await good(signUp(two.call, second.path, second.groupId));
    for (const { other } of [first, second]) await attend(other);
    oneOClock(service, daysAfter(day, 1));
    const done = await withFault(
      (command, input, next) => {
        const writes = JSON.stringify(input["TransactItems"] ?? []);
        if (command.startsWith("TransactWrite") && writes.includes(`STANDING#${one.personId}`))
          throw Object.assign(new Error("poison"), { name: "ValidationException" });
        return next();
      },
      () => runJob("markNoShows"),
    );
    expect(done).toBe(false);
    expect([await statusOf(mine.registrationId), await statusOf(theirs.registrationId)]).toEqual([
      "confirmed",
      "no-show",
    ]);
    await markNoShows();
    expect(await statusOf(mine.registrationId)).toBe("no-show");
  });

  it("hard case 58: a worker whose lease was taken over writes nothing any more", async () => {
    const event = await eventOn(service, day);
    const mine = await good(signUp((await citizen(service)).call, event.path, event.groupId));
    await attend(event.other);
    oneOClock(service, daysAfter(day, 1));
    const stale = await takeLease("markNoShows", service.clock.now(), 60);
    if (!stale) throw new Error("busy");
    service.clock.advance(61);
    const taken = await takeLease("markNoShows", service.clock.now(), 60);
    expect(taken?.fence).toBe(stale.fence + 1);
    const cursor = { after: { pk: "LIST#no-shows", sk: "0" }, within: { eventId: event.path.eventId } };
    await expect(markNext(cursor, stale, [])).rejects.toThrow("taken the lease over");
    expect(await statusOf(mine.registrationId)).toBe("confirmed");
    service.clock.advance(61);
    await markNoShows();
    expect(await statusOf(mine.registrationId)).toBe("no-show");
  });

  it("who is checked in just while they are marked came", async () => {
    const event = await eventOn(service, day);
    const me = await citizen(service);
    const mine = await good(signUp(me.call, event.path, event.groupId));
    await attend(event.other);
    oneOClock(service, daysAfter(day, 1));
    let checkedIn = false;
    await withFault(
      async (command, input, next) => {
        const marks = JSON.stringify(input["TransactItems"] ?? []).includes("no-show");
        if (command.startsWith("TransactWrite") && marks && !checkedIn) {
          checkedIn = true;
          await attend(mine.registrationId);
        }
        return next();
      },
      () => markNoShows(),
    );
    expect(checkedIn).toBe(true);
    expect(await statusOf(mine.registrationId)).toBe("attended");
    expect((await findStanding(me.personId))?.noShows ?? {}).toEqual({});
  });
});

describe("a penalty", () => {
  it("pauses sign-up from the third no-show within half a year, and says until when and how to appeal", async () => {
    const { call, penalty, missed, personId } = await paused();
    const { status, body } = await later(call);
    expect([status, body]).toMatchObject([
      409,
      {
        type: "/problems/penalty-active",
        until: penalty.until,
        appealAt: `/v1/penalties/${penalty.penaltyId}/appeal`,
      },
    ]);
    expect(penalty).toMatchObject({
      status: "running",
      noShows: missed.map((id) => ({ registrationId: id })),
    });
    const [told] = await inboxOf({ call });
    expect(told).toMatchObject({ kind: "registration-paused", about: penalty.penaltyId });
    for (const date of days(3)) expect(JSON.stringify(told)).toContain(`健步走${date}`);
    expect((await findPerson(personId, true))?.pause?.until).toBe(penalty.until);
  });

  it("does not come of two, nor of three that lie further apart", async () => {
    const me = await citizen(service);
    await misses(service, me.call, [day, daysAfter(day, 3), daysAfter(day, 184)]);
    expect(await penaltiesOf(me.call)).toEqual([]);
    expect(await later(me.call)).toMatchObject({ status: 201 });
    day = daysAfter(day, 190);
  });

  it("ends by the clock, whether the job has run or not, and its no-shows lead to no other", async () => {
    const { call, penalty, personId } = await paused();
    service.clock.set(new Date(Date.parse(penalty.until) - 1_000));
    expect(await refused(later(call))).toBe("409 penalty-active");
    service.clock.set(new Date(penalty.until));
    expect(await later(call)).toMatchObject({ status: 201 });
    expect(await penaltiesOf(call)).toMatchObject([{ status: "ended" }]);
    expect(await runJob("endStandings")).toBe(true);
    expect(await runJob("endStandings")).toBe(true);
    expect(await findPerson(personId, true)).not.toHaveProperty("pause");
    expect(await findStanding(personId)).toMatchObject({ penalties: {} });
    day = penalty.until.slice(0, 10);
    await misses(service, call, [daysAfter(day, 5), daysAfter(day, 8)]);
    expect(await penaltiesOf(call)).toHaveLength(1);
    // Nothing is kept of somebody of whom nothing counts any more.
    service.clock.advance(200 * 86_400);
    expect(await runJob("endStandings")).toBe(true);
    expect(await findStanding(personId)).toBeUndefined();
    day = daysAfter(day, 220);
  });

  it("of a child is told to the guardian, who appeals; of an elder who has an account to the elder alone", async () => {
    const parent = await citizen(service);
    const kid = await child(parent.call);
    await misses(service, parent.call, days(3), kid.personId);
    const [penalty] = await penaltiesOf(parent.call);
    expect(penalty).toMatchObject({ personId: kid.personId });
    expect(await inboxOf(parent)).toMatchObject([{ kind: "registration-paused" }]);
    expect(await refused(later(parent.call, { participantId: kid.personId }))).toBe("409 penalty-active");
    expect(await later(parent.call)).toMatchObject({ status: 201 });
    expect(await good(appeal(parent.call, penalty?.penaltyId ?? ""))).toMatchObject({ status: "open" });
  });

  it("is none of who erased the account meanwhile, whose no-shows are marked all the same", async () => {
    const me = await citizen(service);
    await misses(service, me.call, days(2));
    const event = await eventOn(service, days(3).at(-1) ?? "");
    const { registrationId } = await good(signUp(me.call, event.path, event.groupId));
    await attend(event.other);
    oneOClock(service, daysAfter(days(3).at(-1) ?? "", 1));
    await good(me.call(peopleRoutes.eraseMe, {}));
    await markNoShows();
    expect(await statusOf(registrationId)).toBe("no-show");
    expect((await findStanding(me.personId))?.penalties).toEqual({});
  });
});

describe("where the rule is milder", () => {
  const rule = (enforcement: "warn" | "off", validFrom: string) =>
    decidedPolicy(service, {
      policyId: "registration.no-show",
      jurisdiction: "CN",
      value: { count: 2, perDays: 180, pauseDays: 90, appealDays: 15, lateDays: 3 },
      enforcement,
      validFrom,
    });
  const today = () => businessDate(service.clock.now());

  it("warns where it only warns, and does nothing where it is off", async () => {
    await rule("warn", today());
    const warned = await citizen(service);
    await misses(service, warned.call, days(2));
    expect(await penaltiesOf(warned.call)).toEqual([]);
    expect(await inboxOf(warned)).toMatchObject([{ kind: "registration-no-shows" }]);
    expect(await later(warned.call)).toMatchObject({ status: 201 });
    await rule("off", today());
    day = daysAfter(day, 20);
    const free = await citizen(service);
    const missed = await misses(service, free.call, days(2));
    expect(await Promise.all(missed.map(statusOf))).toEqual(["no-show", "no-show"]);
    expect(await findStanding(free.personId)).toBeUndefined();
    expect(await inboxOf(free)).toEqual([]);
    await decidedPolicy(service, {
      policyId: "registration.no-show",
      jurisdiction: "CN",
      value: { count: 3, perDays: 180, pauseDays: 90, appealDays: 15, lateDays: 3 },
      enforcement: "refuse",
      validFrom: today(),
    });
  });
});

describe("an appeal", () => {
  it("is made once, within its days, by who may speak for the person", async () => {
    const { call, penalty } = await paused();
    const { penaltyId } = penalty;
    const stranger = await citizen(service);
    expect(await refused(appeal(stranger.call, penaltyId))).toBe("404 not-found");
    expect(await refused(appeal(call, "pen_01J00000000000000000000000"))).toBe("404 not-found");
    const { uploadId } = await uploaded(call, pdf(), { purpose: "evidence" });
    const key = crypto.randomUUID();
    const made = await good(appeal(call, penaltyId, { uploadId }, key));
    expect(await good(appeal(call, penaltyId, { uploadId }, key))).toEqual(made);
    expect(await refused(appeal(call, penaltyId))).toBe("409 appealed-already");
    expect(await penaltiesOf(call)).toMatchObject([{ appeal: { appealId: made.appealId, status: "open" } }]);
    // It goes on until somebody decides.
    expect(await refused(later(call))).toBe("409 penalty-active");
  });

  it("comes too late after its days", async () => {
    const { call, penalty } = await paused();
    service.clock.set(new Date(penalty.appealUntil));
    expect(await refused(appeal(call, penalty.penaltyId))).toBe("409 appeal-closed");
    day = penalty.appealUntil.slice(0, 10);
  });

  it("of two at once is one", async () => {
    const { call, penalty } = await paused();
    const answers = await Promise.all([1, 2, 3].map(() => appeal(call, penalty.penaltyId)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });

  it("that is lifted ends the pause at once, its no-shows do not count again, and the person is told", async () => {
    const { call, penalty, personId } = await paused();
    const { appealId } = await good(appeal(call, penalty.penaltyId));
    const { items } = await good(admin(standingRoutes.listAppeals, { query: { limit: 100 } }));
    expect(items.find((one) => one.appealId === appealId)).toMatchObject({
      status: "open",
      reason: "当天突发急病，有病历",
      penalty: { penaltyId: penalty.penaltyId, noShows: [{}, {}, {}] },
    });
    expect(await good(decideAppeal(admin, appealId, "lifted"))).toMatchObject({ outcome: "lifted" });
    expect(await later(call)).toMatchObject({ status: 201 });
    expect(await penaltiesOf(call)).toMatchObject([
      { status: "lifted", appeal: { status: "decided", outcome: "lifted" } },
    ]);
    expect((await inboxOf({ call }))[0]).toMatchObject({ kind: "penalty-lifted" });
    expect((await findStanding(personId))?.noShows).toEqual({});
    expect(await refused(decideAppeal(admin, appealId, "upheld"))).toBe("409 already-decided");
    day = daysAfter(day, 20);
    await misses(service, call, days(2));
    expect(await penaltiesOf(call)).toHaveLength(1);
    const log = await good(admin(auditRoutes.listAuditLog, { query: { limit: 100 } }));
    expect(JSON.stringify(log.items)).not.toContain("急病");
  });

  it("is not lifted over a no-show that is marked meanwhile", async () => {
    const { call, penalty, personId } = await paused();
    const { appealId } = await good(appeal(call, penalty.penaltyId));
    // Signed up before the pause, as it were: by a penalty that is none for a moment.
    const fourth = daysAfter(day, 12);
    const event = await eventOn(service, fourth);
    await dynamo.commit([planPersonsPause(personId, undefined)]);
    const { registrationId } = await good(signUp(call, event.path, event.groupId));
    await attend(event.other);
    oneOClock(service, daysAfter(fourth, 1));
    let marked = false;
    const answer = await withFault(
      async (command, input, next) => {
        const decides = JSON.stringify(input["TransactItems"] ?? []).includes("APPEALS#decided");
        if (command.startsWith("TransactWrite") && decides && !marked) {
          marked = true;
          await markNoShows();
        }
        return next();
      },
      () => decideAppeal(admin, appealId, "lifted"),
    );
    expect([marked, answer.status]).toEqual([true, 409]);
    await good(decideAppeal(admin, appealId, "lifted"));
    expect(Object.keys((await findStanding(personId))?.noShows ?? {})).toEqual([registrationId]);
  });

  it("that is upheld leaves the pause, and is decided by who did not make it, once", async () => {
    const { penalty, sub } = await paused();
    const both = service.as(sub, ["citizen", "admin"], undefined, ["pwd", "mfa"]);
    const { appealId } = await good(appeal(both, penalty.penaltyId));
    expect(await refused(decideAppeal(both, appealId, "lifted"))).toBe("403 four-eyes");
    expect(await refused(decideAppeal(admin, "apl_01J00000000000000000000000", "lifted"))).toBe(
      "404 not-found",
    );
    const answers = await Promise.all(
      ["bureau-1", "bureau-2"].map((one) => decideAppeal(bureau(service, one), appealId, "upheld")),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await refused(later(both))).toBe("409 penalty-active");
    expect((await inboxOf({ call: both }))[0]).toMatchObject({ kind: "penalty-upheld" });
    const { items } = await good(admin(standingRoutes.listAppeals, { query: { status: "decided" } }));
    expect(items[0]).toMatchObject({ appealId, decided: { outcome: "upheld", reason: "核实情况" } });
    const { items: log } = await good(admin(auditRoutes.listAuditLog, { query: { limit: 100 } }));
    expect(log.find(({ subject }) => subject === appealId)).toMatchObject({
      action: "registration.appeal.upheld",
    });
    expect(log.find(({ action }) => action === "listAppeals")).toBeDefined();
  });

  it("says nothing any more once its person is erased, and is sealed until then", async () => {
    const { call, penalty } = await paused();
    const { appealId } = await good(appeal(call, penalty.penaltyId));
    const { items: stored } = await dynamo.query({ table: "people", partition: "APPEALS#open", limit: 100 });
    expect(stored.length).toBeGreaterThan(0);
    for (const { reason } of stored)
      expect(Buffer.from(reason as Uint8Array).toString()).not.toContain("急病");
    await good(call(peopleRoutes.eraseMe, {}));
    const { items } = await good(admin(standingRoutes.listAppeals, { query: { limit: 100 } }));
    expect(items.find((one) => one.appealId === appealId)).not.toHaveProperty("reason");
    expect(await good(decideAppeal(admin, appealId, "lifted"))).toMatchObject({ outcome: "lifted" });
  });
});
