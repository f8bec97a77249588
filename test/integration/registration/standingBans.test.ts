import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { residentId } from "#local/demo/residentId.ts";
import { runJob } from "#local/localRoutes.ts";
import { auditRoutes } from "#shared/audit/contract.ts";
import type { Client } from "#shared/client.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { banPseudonym, findBan, findBanned } from "#shared/people/standing/store.ts";
import { findPerson } from "#shared/people/store.ts";
import { standingRoutes } from "#shared/registration/standing/contract.ts";
import { approve, readApproval, reject } from "../../support/deciding.ts";
import { clerk, signUpAtDesk } from "../../support/desk.ts";
import { childInput } from "../../support/family.ts";
import { withFault } from "../../support/faults.ts";
import { finance } from "../../support/ledger.ts";
import { inboxOf } from "../../support/notices.ts";
import {
  citizen,
  good,
  publishedEvent,
  refused,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import { banned, bureau, lift, registered } from "../../support/standing.ts";
import { pdf, uploaded } from "../../support/uploads.ts";

let service: TestService;
let admin: Client;
beforeAll(async () => {
  service = await startTestService();
  admin = bureau(service);
});
afterAll(() => service.stop());

/** Somebody with one registration. */
async function somebodySignedUp() {
  const me = await citizen(service);
  return { ...me, registrationId: (await registered(service, me.call)).registrationId };
}
const another = async (call: Client, more: Parameters<typeof signUp>[3] = {}) => {
  const { path, groupIds } = await publishedEvent(service);
  return signUp(call, path, groupIds[0] ?? "", more);
};
const created = async (registrationId: string, of: Record<string, unknown> = {}) => {
  const answer = await good(banned(admin, registrationId, of));
  if (!("cause" in answer)) throw new Error("waits for a second person");
  return answer;
};
const asked = async (registrationId: string, of: Record<string, unknown>) => {
  const answer = await good(banned(admin, registrationId, of));
  if (!("approvalId" in answer) || answer.approvalId === undefined) throw new Error("was done at once");
  return { banId: answer.banId, approvalId: answer.approvalId };
};
const listed = async () => (await good(admin(standingRoutes.listBans, { query: { limit: 100 } }))).items;

describe("a ban", () => {
  it("is effective at once, says until when and why, and ends no registration", async () => {
    const me = await somebodySignedUp();
    const ban = await created(me.registrationId);
    expect(ban).toMatchObject({
      status: "in-force",
      cause: "bib-transfer",
      until: "2027-06-10T16:00:00.000Z",
      liveRegistrations: 1,
      personId: me.personId,
      participantNameMasked: expect.stringContaining("*"),
    });
    const { status, body } = await another(me.call);
    expect([status, body]).toMatchObject([
      409,
      { type: "/problems/banned", until: ban.until, cause: "bib-transfer" },
    ]);
    expect((body as { detail: string }).detail).toMatch(/转让号码布.*2027-06-10.*体育主管部门/);
    const [told] = await inboxOf(me);
    expect(told).toMatchObject({ kind: "registration-banned", about: ban.banId });
    const { bans } = await good(me.call(standingRoutes.listMyPenalties, {}));
    expect(bans).toMatchObject([{ banId: ban.banId, cause: "bib-transfer", until: ban.until }]);
    expect(await listed()).toContainEqual(expect.objectContaining({ banId: ban.banId, status: "in-force" }));
  });

  it("costs a sign-up no read beside what it reads anyway", async () => {
    const me = await somebodySignedUp();
    const readsOf = async () => {
      const reads: string[] = [];
      const { path, groupIds } = await publishedEvent(service);
      await withFault(
        (command, input, next) => {
          if (/Get|Query|Scan/.test(command)) reads.push(`${command} ${JSON.stringify(input["Key"] ?? {})}`);
          return next();
        },
        () => signUp(me.call, path, groupIds[0] ?? ""),
      );
      return reads.filter((read) => read.includes("PERSON#") || read.includes("BAN"));
    };
    const before = await readsOf();
    expect(before).toHaveLength(1);
    await created(me.registrationId);
    expect(await readsOf()).toEqual(before);
  });

  it("is refused to a proxy without its until and cause, and told to a guardian in full", async () => {
    const elder = await somebodySignedUp();
    const relative = await citizen(service);
    const { invitationCode } = await good(elder.call(peopleRoutes.inviteProxy, {}));
    await good(relative.call(peopleRoutes.addDependant, { body: { relation: "elder", invitationCode } }));
    await created(elder.registrationId);
    const { status, body } = await another(relative.call, { participantId: elder.personId });
    expect([status, body]).toMatchObject([409, { type: "/problems/banned", personId: elder.personId }]);
    expect(JSON.stringify(body)).not.toMatch(/until|cause|2027|号码布/);
    expect((await good(relative.call(standingRoutes.listMyPenalties, {}))).bans).toEqual([]);

    const kid = await good(relative.call(peopleRoutes.addDependant, { body: childInput() }));
    const { registrationId } = await good(another(relative.call, { participantId: kid.personId }));
    await created(registrationId);
    const answer = await another(relative.call, { participantId: kid.personId });
    expect(answer.body).toMatchObject({ type: "/problems/banned", cause: "bib-transfer" });
    expect(await inboxOf(relative)).toMatchObject([{ kind: "registration-banned" }]);
    // Together with somebody who is banned nobody is signed up.
    const together = { participantIds: [relative.personId, kid.personId] };
    expect(await refused(another(relative.call, together))).toBe("409 banned");
    expect(await another(relative.call)).toMatchObject({ status: 201 });
  });

  it("ends by the clock, whether the job has run or not", async () => {
    const me = await somebodySignedUp();
    const ban = await created(me.registrationId);
    const until = new Date(ban.until ?? "");
    const now = service.clock.now();
    const late = {
      startsAt: "2027-08-01T00:00:00Z",
      endsAt: "2027-08-02T00:00:00Z",
      signUpClosesAt: "2027-07-01T00:00:00Z",
    };
    const { path, groupIds } = await publishedEvent(service, late);
    const press = () => signUp(me.call, path, groupIds[0] ?? "");
    service.clock.set(new Date(until.getTime() - 1_000));
    expect(await refused(press())).toBe("409 banned");
    service.clock.set(until);
    expect(await press()).toMatchObject({ status: 201 });
    expect((await listed()).find(({ banId }) => banId === ban.banId)?.status).toBe("ended");
    expect(await runJob("endStandings")).toBe(true);
    expect(await findPerson(me.personId, true)).not.toHaveProperty("ban");
    expect((await listed()).find(({ banId }) => banId === ban.banId)).toBeUndefined();
    expect(await findBanned(await banPseudonym(me.input))).toBeUndefined();
    service.clock.set(now);
  });

  it("that one official may not impose alone waits for another, who decides it", async () => {
    const me = await somebodySignedUp();
    for (const term of [{ years: 2 }, { life: true }]) {
      const { banId, approvalId } = await asked(me.registrationId, { term });
      expect(await refused(approve(admin, approvalId))).toBe("403 four-eyes");
      expect((await listed())[0]).toMatchObject({ banId, status: "pending-approval", approvalId });
    }
    expect(await another(me.call)).toMatchObject({ status: 201 });
    const [life, two] = await listed();
    const approvalOf = (ban: typeof life) => ban?.approvalId ?? "";
    expect(await readApproval(finance(service), approvalOf(two))).toMatchObject({
      act: "registration.ban",
      before: { banned: false },
      after: { banned: true, until: "2028-06-10T16:00:00.000Z", registrationId: me.registrationId },
    });
    await good(approve(finance(service), approvalOf(two)));
    const refusal = await another(me.call);
    expect(refusal.body).toMatchObject({ type: "/problems/banned", until: "2028-06-10T16:00:00.000Z" });
    expect(await inboxOf(me)).toMatchObject([{ kind: "registration-banned" }]);
    await good(approve(bureau(service, "bureau-2"), approvalOf(life)));
    const forLife = await another(me.call);
    expect(forLife.body).toMatchObject({ type: "/problems/banned", detail: expect.stringContaining("终身") });
    expect(forLife.body).not.toHaveProperty("until");
    expect((await listed())[0]).not.toHaveProperty("until");
  });

  it("that the second person rejects bans nobody and leaves nothing", async () => {
    const me = await somebodySignedUp();
    const { banId, approvalId } = await asked(me.registrationId, { term: { years: 2 } });
    await good(reject(finance(service), approvalId));
    expect((await listed()).find((ban) => ban.banId === banId)?.status).toBe("rejected");
    expect(await another(me.call)).toMatchObject({ status: 201 });
    expect(await runJob("endStandings")).toBe(true);
    expect(await findBan(banId)).toBeUndefined();
    expect(await findBanned(await banPseudonym(me.input))).toBeUndefined();
  });

  it("keeps the terms of the rule, and is for who can be named", async () => {
    const me = await somebodySignedUp();
    const of = (term: object, cause = "bib-transfer") => banned(admin, me.registrationId, { term, cause });
    expect(await refused(of({ years: 3 }))).toBe("422 refused-by-policy");
    expect(await refused(of({ life: true }, "other"))).toBe("422 refused-by-policy");
    expect(await refused(banned(admin, "reg_01J00000000000000000000000"))).toBe("404 not-found");
    await good(me.call(peopleRoutes.eraseMe, {}));
    expect(await refused(banned(admin, me.registrationId))).toBe("409 person-erased");
    const weak = service.as("bureau-1", ["admin"]);
    expect(await refused(banned(weak, me.registrationId))).toBe("403 step-up-required");
    expect(await refused(banned(finance(service), me.registrationId))).toBe("403 forbidden");
  });

  it("is imposed once however often it is pressed, with its evidence used", async () => {
    const me = await somebodySignedUp();
    const { uploadId } = await uploaded(admin, pdf(), { purpose: "evidence" });
    const key = crypto.randomUUID();
    const [first, second] = [
      await good(banned(admin, me.registrationId, { uploadId }, key)),
      await good(banned(admin, me.registrationId, { uploadId }, key)),
    ];
    expect(second).toEqual(first);
    expect(await refused(banned(admin, me.registrationId, { uploadId }))).toBe("409 upload-used");
    expect(await refused(banned(admin, me.registrationId, { cause: "other" }, key))).toBe(
      "422 idempotency-key-reused",
    );
  });

  it("is in the audit log, with the look at the document before it", async () => {
    const me = await somebodySignedUp();
    const { banId } = await created(me.registrationId);
    const { items } = await good(admin(auditRoutes.listAuditLog, { query: { limit: 100 } }));
    expect(items.find(({ subject }) => subject === banId)).toMatchObject({
      action: "registration.ban",
      facts: { registrationId: me.registrationId, cause: "bib-transfer" },
    });
    expect(items.find(({ subject }) => subject === me.registrationId)).toMatchObject({
      action: "openDocumentForBan",
    });
    expect(JSON.stringify(items)).not.toContain(me.input.idNumber);
  });
});

describe("lifting a ban", () => {
  it("ends it at once, is another's to do, and leaves other bans in force", async () => {
    const me = await somebodySignedUp();
    const [first, second] = [
      await created(me.registrationId),
      await created(me.registrationId, { cause: "false-identity" }),
    ];
    expect(await refused(lift(admin, first.banId))).toBe("403 four-eyes");
    const other = bureau(service, "bureau-2");
    expect(await good(lift(other, first.banId))).toMatchObject({ status: "lifted", lifted: {} });
    expect((await another(me.call)).body).toMatchObject({ cause: "false-identity" });
    await good(lift(other, second.banId));
    expect(await another(me.call)).toMatchObject({ status: 201 });
    expect(await refused(lift(other, second.banId))).toBe("409 ban-state");
    expect(await findBanned(await banPseudonym(me.input))).toBeUndefined();
    expect(await findBan(first.banId)).not.toHaveProperty("document");
  });

  it("of two at once is one, and of two bans beside each other neither is lost", async () => {
    const me = await somebodySignedUp();
    const before = await created(me.registrationId);
    const decided = Promise.withResolvers<void>();
    let waiting = 0;
    const both = await withFault(
      async (command, input, next) => {
        const bans = JSON.stringify(input["TransactItems"] ?? []).includes("BANNED#");
        waiting += Number(command.startsWith("TransactWrite") && bans);
        if (waiting === 2) decided.resolve();
        if (bans) await decided.promise;
        return next();
      },
      () => Promise.all([1, 2].map(() => banned(admin, me.registrationId))),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    const made = both.flatMap(({ ok, body }) => (ok && "banId" in body ? [body.banId] : []));
    expect(Object.keys((await findBanned(await banPseudonym(me.input)))?.bans ?? {}).sort()).toEqual(
      [before.banId, ...made].sort(),
    );
    const lifts = await Promise.all(
      ["bureau-2", "bureau-3"].map((sub) => lift(bureau(service, sub), made[0] ?? "")),
    );
    expect(lifts.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it("is not done to one that waits for a second person, or that is none", async () => {
    const me = await somebodySignedUp();
    const { banId } = await asked(me.registrationId, { term: { years: 2 } });
    expect(await refused(lift(bureau(service, "bureau-2"), banId))).toBe("409 ban-state");
    expect(await refused(lift(admin, "ban_01J00000000000000000000000"))).toBe("404 not-found");
  });
});

describe("who is banned and erases the account", () => {
  it("is told that the ban is kept, and is banned again with the same document in any spelling", async () => {
    const numbers = Array.from({ length: 90 }, (_, order) => residentId("1973-05-06", 400 + order, "male"));
    const idNumber = numbers.find((number) => number.endsWith("X")) ?? "";
    const profile = { name: "测试禁赛", idType: "resident-id" as const, phone: "13800009999" };
    const first = service.as("leaver-1", ["citizen"]);
    await good(first(peopleRoutes.putMe, { body: { ...profile, idNumber } }));
    const { registrationId } = await registered(service, first);
    await created(registrationId);
    const { retained } = await good(first(peopleRoutes.eraseMe, {}));
    expect(retained).toContainEqual(
      expect.objectContaining({ what: expect.objectContaining({ zh: expect.stringContaining("禁赛") }) }),
    );
    const again = service.as("leaver-2", ["citizen"]);
    const fullWidth = [...idNumber]
      .map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0))
      .join(" ")
      .toLowerCase();
    await good(again(peopleRoutes.putMe, { body: { ...profile, idNumber: fullWidth } }));
    expect(await refused(another(again))).toBe("409 banned");
    const [ban] = await listed();
    await good(lift(bureau(service, "bureau-2"), ban?.banId ?? ""));
    expect(await another(again)).toMatchObject({ status: 201 });
  });

  it("at a desk, too, where staff hear that it cannot be, and not why", async () => {
    const me = await somebodySignedUp();
    await created(me.registrationId);
    await good(me.call(peopleRoutes.eraseMe, {}));
    const event = await publishedEvent(service);
    const { status, body } = await signUpAtDesk(clerk(service), event, me.input);
    expect([status, body]).toMatchObject([409, { type: "/problems/banned" }]);
    expect(JSON.stringify(body)).not.toMatch(/until|cause|2027|号码布/);
  });

  it("says nothing of bans to who has none", async () => {
    const me = await citizen(service);
    expect((await good(me.call(peopleRoutes.eraseMe, {}))).retained).toEqual([]);
  });

  it("as a child of a guardian, too", async () => {
    const parent = await citizen(service);
    const input = childInput();
    const kid = await good(parent.call(peopleRoutes.addDependant, { body: input }));
    const { registrationId } = await good(another(parent.call, { participantId: kid.personId }));
    await created(registrationId);
    await good(parent.call(peopleRoutes.removeDependant, { path: { personId: kid.personId } }));
    const back = await good(parent.call(peopleRoutes.addDependant, { body: input }));
    expect(await refused(another(parent.call, { participantId: back.personId }))).toBe("409 banned");
  });

  it("while a second person still decides, is banned under the new account when they agree", async () => {
    const me = await somebodySignedUp();
    const { approvalId } = await asked(me.registrationId, { term: { life: true } });
    await good(me.call(peopleRoutes.eraseMe, {}));
    const again = service.as("leaver-3", ["citizen"]);
    const { personId } = await good(again(peopleRoutes.putMe, { body: me.input }));
    expect(await another(again)).toMatchObject({ status: 201 });
    await good(approve(finance(service), approvalId));
    expect(await refused(another(again))).toBe("409 banned");
    expect(await findPerson(personId, true)).toHaveProperty("ban");
  });

  it("just while they are banned is not banned as nobody: the official hears that the person is gone", async () => {
    const me = await somebodySignedUp();
    let gone = false;
    const press = () => banned(admin, me.registrationId);
    const answer = await withFault(
      async (command, input, next) => {
        const bans = JSON.stringify(input["TransactItems"] ?? []).includes('"BANS"');
        if (command.startsWith("TransactWrite") && bans && !gone) {
          gone = true;
          await good(me.call(peopleRoutes.eraseMe, {}));
        }
        return next();
      },
      () => press(),
    );
    expect([answer.status, answer.body]).toMatchObject([409, { type: "/problems/request-in-progress" }]);
    expect(await refused(press())).toBe("409 person-erased");
    expect(await findBanned(await banPseudonym(me.input))).toBeUndefined();
  });

  it("does not slip in between: a ban written while the document is registered voids that write", async () => {
    const me = await somebodySignedUp();
    const again = service.as("leaver-4", ["citizen"]);
    const press = () => again(peopleRoutes.putMe, { body: me.input });
    let done = false;
    const answer = await withFault(
      async (command, _, next) => {
        // The list was read; now the ban comes, and then the erasure that frees the document.
        if (command.startsWith("TransactWrite") && !done) {
          done = true;
          await created(me.registrationId);
          await good(me.call(peopleRoutes.eraseMe, {}));
        }
        return next();
      },
      () => press(),
    );
    expect([answer.status, answer.body]).toMatchObject([409, { type: "/problems/request-in-progress" }]);
    await good(press());
    expect(await refused(another(again))).toBe("409 banned");
  });
});
