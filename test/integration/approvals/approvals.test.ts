import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accountingRoutes } from "#shared/accounting/contract.ts";
import { approvalRoutes } from "#shared/approvals/contract.ts";
import type { Client } from "#shared/client.ts";
import { freeze } from "#shared/ledger/holds.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import {
  approve,
  askReversal,
  letMoneyMove,
  proposed,
  readApproval,
  reject,
  reversed,
  stopMoneyFor,
  writtenAtOnce,
} from "../../support/deciding.ts";
import { sdkError, withFault } from "../../support/faults.ts";
import { finance, postLocally, purchase } from "../../support/ledger.ts";
import { good, refused, startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
let maker: Client;
let checker: Client;
let third: Client;
beforeAll(async () => {
  service = await startTestService();
  maker = finance(service);
  checker = finance(service, "finance-2");
  third = service.as("director", ["admin"], undefined, ["pwd", "mfa"]);
});
afterAll(() => service.stop());

let entries = 0;
/** A new entry of 100 fen on an account of its own. */
async function posted(): Promise<string> {
  entries += 1;
  const journalId = `entry:${entries}`;
  expect(await postLocally(service, purchase(journalId, 100, `c${entries}`))).toMatchObject({ status: 200 });
  return journalId;
}
const pending = async () => {
  const journalId = await posted();
  return { journalId, approvalId: await proposed(service, journalId) };
};
const entry = (journalId: string) => good(maker(accountingRoutes.getJournalEntry, { path: { journalId } }));
const reversalsOf = async (journalId: string) => (await entry(journalId)).reversedBy;

describe("what needs a second person", () => {
  it("is not done before they decide, and shows how things stand and would stand", async () => {
    const { journalId, approvalId } = await pending();
    expect(await reversalsOf(journalId)).toEqual([]);
    const path = { journalId: `reversal:${approvalId}` };
    expect(await refused(maker(accountingRoutes.getJournalEntry, { path }))).toBe("404 entry-unknown");
    expect(await readApproval(checker, approvalId)).toMatchObject({
      act: "ledger.reversal",
      subject: journalId,
      status: "pending-approval",
      reason: "金额录错",
      before: { legs: [{ amountFen: 100, leftFen: 100 }, { leftFen: 100 }] },
      after: { legs: [{ amountFen: 100, leftFen: 0 }, { leftFen: 0 }], businessDate: "2026-06-10" },
    });
  });

  it("is done when they approve, by one name for each of the two", async () => {
    const { journalId, approvalId } = await pending();
    const before = await readApproval(maker, approvalId);
    const decision = await good(approve(checker, approvalId));
    expect(decision).toMatchObject({
      ...before,
      status: "approved",
      checker: expect.stringMatching(/^act_/),
    });
    expect(decision.checker).not.toBe(decision.maker);
    expect(await readApproval(maker, approvalId)).toEqual(decision);
    expect(await reversalsOf(journalId)).toEqual([`reversal:${approvalId}`]);
  });

  it("is left as it was when they reject, for good", async () => {
    const { journalId, approvalId } = await pending();
    const decision = await good(reject(checker, approvalId));
    expect(decision).toMatchObject({ status: "rejected", decisionReason: "不同意" });
    expect(await reversalsOf(journalId)).toEqual([]);
    expect(await refused(approve(third, approvalId))).toBe("409 already-decided");
    // Nothing of it stands in the way of another request.
    await reversed(service, journalId);
  });

  it("is asked for once under one key", async () => {
    const journalId = await posted();
    const key = crypto.randomUUID();
    const first = await good(askReversal(maker, journalId, {}, key));
    expect(await good(askReversal(maker, journalId, {}, key))).toEqual(first);
    expect(await refused(askReversal(maker, journalId, { reason: "别的" }, key))).toBe(
      "422 idempotency-key-reused",
    );
    const again = await good(askReversal(checker, journalId, {}, key));
    expect(again.approvalId).not.toBe(first.approvalId);
  });

  it("is nothing that there is not", async () => {
    const approvalId = "apv_01J00000000000000000000000";
    const of = { requestHash: "x" };
    expect(await refused(maker(approvalRoutes.getApproval, { path: { approvalId } }))).toBe("404 not-found");
    expect(await refused(approve(checker, approvalId, of))).toBe("404 not-found");
    expect(await refused(reject(checker, approvalId, of))).toBe("404 not-found");
  });
});

describe("hard case 44: nobody decides on their own request", () => {
  it("in whatever role they come", async () => {
    const { journalId, approvalId } = await pending();
    const asAdmin = service.as("finance-1", ["admin"], undefined, ["mfa"]);
    const asBoth = service.as("finance-1", ["finance", "admin"], "org-other", ["mfa"]);
    for (const self of [maker, asAdmin, asBoth]) {
      expect(await refused(approve(self, approvalId))).toBe("403 four-eyes");
      expect(await refused(reject(self, approvalId))).toBe("403 four-eyes");
    }
    expect(await reversalsOf(journalId)).toEqual([]);
    await good(approve(third, approvalId));
  });

  it("and only finance and administration decide, who signed in with a second factor", async () => {
    const { approvalId } = await pending();
    const { requestHash } = await readApproval(checker, approvalId);
    for (const role of ["citizen", "merchant", "organiser"] as const) {
      const call = service.as(`a-${role}`, [role], "org-x", ["mfa"]);
      expect(await refused(approve(call, approvalId, { requestHash }))).toBe("403 forbidden");
      expect(await refused(call(approvalRoutes.listApprovals, { query: {} }))).toBe("403 forbidden");
    }
    for (const amr of [undefined, ["pwd"], ["pwd", "not-mfa"]]) {
      const call = service.as("finance-2", ["finance"], undefined, amr);
      expect(await refused(approve(call, approvalId, { requestHash }))).toBe("403 step-up-required");
      expect(await refused(reject(call, approvalId, { requestHash }))).toBe("403 step-up-required");
      // Reading needs none.
      await readApproval(call, approvalId);
    }
  });
});

describe("hard case 44: a decision is on what was read", () => {
  it("not on another request, nor on one that was never read", async () => {
    const one = await pending();
    const other = await pending();
    const { requestHash } = await readApproval(checker, other.approvalId);
    for (const stale of [requestHash, "x"]) {
      expect(await refused(approve(checker, one.approvalId, { requestHash: stale }))).toBe(
        "409 request-changed",
      );
      expect(await refused(reject(checker, one.approvalId, { requestHash: stale }))).toBe(
        "409 request-changed",
      );
    }
    expect(await reversalsOf(one.journalId)).toEqual([]);
  });

  it("not on how things stood before they changed: read again, it can be decided", async () => {
    const { journalId } = await pending();
    const approvalId = await proposed(service, journalId, { amountsFen: [50, 50] });
    const { requestHash } = await readApproval(checker, approvalId);
    await reversed(service, journalId, { amountsFen: [30, 30] });
    expect(await refused(approve(checker, approvalId, { requestHash }))).toBe("409 request-changed");
    expect((await good(approve(checker, approvalId))).before).toMatchObject({
      legs: [{ leftFen: 70 }, { leftFen: 70 }],
    });
    expect(await entry(journalId)).toMatchObject({ legs: [{ reversedFen: 80 }, { reversedFen: 80 }] });
  });

  it("never on less than was asked for: what can no longer be done as it was asked is asked for anew", async () => {
    const { journalId, approvalId } = await pending();
    const { requestHash } = await readApproval(checker, approvalId);
    await reversed(service, journalId, { amountsFen: [30, 30] });
    expect(await refused(approve(checker, approvalId, { requestHash }))).toBe("409 request-changed");
    expect((await readApproval(checker, approvalId)).after).toEqual({ refused: "reversal-exceeds" });
    expect(await refused(approve(checker, approvalId))).toBe("422 reversal-exceeds");
    expect(await entry(journalId)).toMatchObject({ legs: [{ reversedFen: 30 }, { reversedFen: 30 }] });
  });

  it("not even when they change between the last look and the deed", async () => {
    const { journalId, approvalId } = await pending();
    // There is enough on the account for both.
    await postLocally(service, purchase(`${journalId}:more`, 100, `c${entries}`));
    const part = await proposed(service, journalId, { amountsFen: [30, 30] });
    const of = { requestHash: (await readApproval(checker, approvalId)).requestHash };
    const partly = { requestHash: (await readApproval(third, part)).requestHash };
    let looked = false;
    const late = await withFault(
      async (command, input, next) => {
        const answer = await next();
        const { pk } = (input as { Key?: { pk?: string } }).Key ?? {};
        if (command.startsWith("Get") && pk === `REV#${journalId}` && !looked) {
          looked = true;
          await good(approve(third, part, partly));
        }
        return answer;
      },
      () => refused(approve(checker, approvalId, of)),
    );
    // What was agreed to was 100 fen; 70 are something else.
    expect(["409 request-changed", "422 reversal-exceeds"]).toContain(late);
    expect(looked).toBe(true);
    expect(await reversalsOf(journalId)).toEqual([`reversal:${part}`]);
  });

  it("and what can no longer be done can be rejected, not approved", async () => {
    const { approvalId } = await pending();
    const at = service.clock.now().toISOString();
    await freeze(ledger, `card:c${entries}`, { at, by: "act_x", reason: "调查" });
    const { after, requestHash } = await readApproval(checker, approvalId);
    expect(after).toEqual({ refused: "account-frozen" });
    expect(await refused(approve(checker, approvalId, { requestHash }))).toBe("423 account-frozen");
    expect(await good(reject(checker, approvalId, { requestHash }))).toMatchObject({
      status: "rejected",
      after: { refused: "account-frozen" },
    });
  });
});

describe("hard case 45: of two who decide at once one is first", () => {
  const outcomes = async (answers: Promise<{ status: number; body: unknown }>[]) => {
    const told = await Promise.all(answers);
    const [first, second] = told.toSorted((a, b) => a.status - b.status);
    expect(first?.status).toBe(200);
    expect(second).toMatchObject({ status: 409, body: { type: "/problems/already-decided" } });
    return first?.body;
  };

  it.each([
    ["both approve", approve, approve],
    ["one approves, one rejects", approve, reject],
    ["both reject", reject, reject],
  ])("%s", async (_, one, other) => {
    const { journalId, approvalId } = await pending();
    const { requestHash } = await readApproval(checker, approvalId);
    const decide = () =>
      outcomes([one(checker, approvalId, { requestHash }), other(third, approvalId, { requestHash })]);
    const won = await writtenAtOnce(2, decide);
    const stands = await readApproval(maker, approvalId);
    expect(stands).toEqual(won);
    expect(await reversalsOf(journalId)).toHaveLength(stands.status === "approved" ? 1 : 0);
  });
});

describe("one decision, one effect", () => {
  it("hard case 18: the same key again answers the same, whatever came after", async () => {
    const { journalId, approvalId } = await pending();
    const of = {
      requestHash: (await readApproval(checker, approvalId)).requestHash,
      idempotencyKey: crypto.randomUUID(),
    };
    const first = await good(approve(checker, approvalId, of));
    service.clock.advance(60);
    expect(await good(approve(checker, approvalId, of))).toEqual(first);
    expect(await reversalsOf(journalId)).toHaveLength(1);
    const other = await pending();
    const refusal = { ...of, idempotencyKey: crypto.randomUUID() };
    const rejected = await good(
      reject(checker, other.approvalId, {
        ...refusal,
        requestHash: (await readApproval(checker, other.approvalId)).requestHash,
      }),
    );
    expect(
      await good(reject(checker, other.approvalId, { ...refusal, requestHash: rejected.requestHash })),
    ).toEqual(rejected);
  });

  it("hard case 16: the same key with another body or of another request is refused", async () => {
    const { approvalId } = await pending();
    const other = await pending();
    const idempotencyKey = crypto.randomUUID();
    const { requestHash } = await good(approve(checker, approvalId, { idempotencyKey }));
    const path = { approvalId };
    const reason = { requestHash, reason: "同意" };
    expect(await refused(checker(approvalRoutes.approve, { path, body: reason, idempotencyKey }))).toBe(
      "422 idempotency-key-reused",
    );
    expect(await refused(approve(checker, other.approvalId, { idempotencyKey }))).toBe(
      "422 idempotency-key-reused",
    );
    expect(await readApproval(maker, other.approvalId)).toMatchObject({ status: "pending-approval" });
  });

  it("hard case 19: the same key of another person is another request", async () => {
    const { approvalId } = await pending();
    const of = {
      requestHash: (await readApproval(checker, approvalId)).requestHash,
      idempotencyKey: "the-same",
    };
    await good(approve(checker, approvalId, of));
    expect(await refused(approve(third, approvalId, of))).toBe("409 already-decided");
  });

  it.each([
    ["approves", approve],
    ["rejects", reject],
  ])("hard case 17: who %s twice at once under one key has one answer", async (_, decide) => {
    const { journalId, approvalId } = await pending();
    const { requestHash } = await readApproval(checker, approvalId);
    const of = { requestHash, idempotencyKey: crypto.randomUUID() };
    const press = () => Promise.all([0, 1].map(() => decide(checker, approvalId, of)));
    const [one, two] = await writtenAtOnce(2, press);
    const stands = await readApproval(maker, approvalId);
    expect([one?.status, two?.status, one?.body, two?.body]).toEqual([200, 200, stands, stands]);
    expect((await reversalsOf(journalId)).length).toBe(stands.status === "approved" ? 1 : 0);
  });

  it.each([
    ["approves", approve],
    ["rejects", reject],
  ])("hard case 18: who %s and hears nothing asks again and is told", async (_, decide) => {
    const { journalId, approvalId } = await pending();
    const { requestHash } = await readApproval(checker, approvalId);
    const of = { requestHash, idempotencyKey: crypto.randomUUID() };
    const lost = await withFault(
      async (command, __, next) => {
        const answer = await next();
        if (!command.startsWith("TransactWrite")) return answer;
        throw sdkError("Error", { code: "ECONNRESET" });
      },
      () => decide(checker, approvalId, of),
    );
    expect([200, 503]).toContain(lost.status);
    const stands = await readApproval(maker, approvalId);
    expect(stands.status).not.toBe("pending-approval");
    service.clock.advance(60);
    expect(await good(decide(checker, approvalId, of))).toEqual(stands);
    if (lost.ok) expect(lost.body).toEqual(stands);
    expect((await reversalsOf(journalId)).length).toBe(stands.status === "approved" ? 1 : 0);
  });
});

describe("while money is read-only", () => {
  it("nothing is approved, what waits can be read and rejected, and waits for who comes later", async () => {
    const one = await pending();
    const other = await pending();
    await stopMoneyFor(service, { fault: "test", place: "nowhere" });
    expect(await refused(approve(checker, one.approvalId))).toBe("503 money-read-only");
    await good(reject(checker, other.approvalId));
    await letMoneyMove(service);
    await good(approve(checker, one.approvalId));
  });
});

describe("the list", () => {
  const pages = async (status: "pending-approval" | "decided", limit: number) => {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { status, limit, ...(cursor !== undefined && { cursor }) };
      const page = await good(maker(approvalRoutes.listApprovals, { query }));
      expect(page.items.length).toBeLessThanOrEqual(limit);
      ids.push(...page.items.map(({ approvalId }) => approvalId));
      cursor = page.nextCursor;
    } while (cursor);
    return ids;
  };

  it("has what waits and what was decided, latest first, in pages of any size", async () => {
    for (const decide of [approve, reject, approve]) await decide(checker, (await pending()).approvalId);
    const waiting = [await pending(), await pending(), await pending()].map(({ approvalId }) => approvalId);
    for (const status of ["pending-approval", "decided"] as const) {
      const all = await pages(status, 100);
      expect(all.length).toBeGreaterThanOrEqual(3);
      expect(all).toEqual(all.toSorted().toReversed());
      expect(await pages(status, 2)).toEqual(all);
    }
    expect((await pages("pending-approval", 1)).slice(0, 3)).toEqual(waiting.toReversed());
    const decided = await pages("decided", 100);
    await good(approve(checker, waiting[0] ?? ""));
    expect(await pages("pending-approval", 100)).not.toContain(waiting[0]);
    expect(await pages("decided", 100)).toHaveLength(decided.length + 1);
  });

  it("tells of each the same as the request itself", async () => {
    const { items } = await good(maker(approvalRoutes.listApprovals, { query: { limit: 1 } }));
    expect(await readApproval(maker, items[0]?.approvalId ?? "")).toEqual(items[0]);
  });

  it("goes on only with its own cursor", async () => {
    const { nextCursor = "" } = await good(maker(approvalRoutes.listApprovals, { query: { limit: 1 } }));
    expect(nextCursor).not.toBe("");
    for (const query of [{ cursor: `x${nextCursor}` }, { cursor: nextCursor, status: "decided" as const }])
      expect(await refused(maker(approvalRoutes.listApprovals, { query }))).toBe("400 invalid-cursor");
  });
});
