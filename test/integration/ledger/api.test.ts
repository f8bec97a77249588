import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runJob } from "#local/localRoutes.ts";
import { accountingRoutes } from "#shared/accounting/contract.ts";
import { approvalRoutes } from "#shared/approvals/contract.ts";
import type { Client } from "#shared/client.ts";
import { freeze, unfreeze } from "#shared/ledger/holds.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import { routes } from "#shared/routes.ts";
import { writtenAtOnce } from "../../support/deciding.ts";
import { sdkError, withFault } from "../../support/faults.ts";
import {
  finance,
  JournalStream,
  type LocalEntry,
  postLocally,
  purchase,
  settle,
  use,
} from "../../support/ledger.ts";
import { good, refused, startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
let stream: JournalStream;
let call: Client;
beforeAll(async () => {
  service = await startTestService();
  stream = new JournalStream(service);
  call = finance(service);
});
afterAll(async () => {
  stream.stop();
  await service.stop();
});

/** What became of an entry: its outcome, or the refusal. */
async function said(entry: LocalEntry): Promise<string> {
  const { status, body } = await postLocally(service, entry);
  return body.outcome ?? `${status} ${body.slug ?? "invalid"}`;
}
const available = async (card: string) => {
  const path = { accountId: `card:${card}:unconsumed` };
  return (await good(call(accountingRoutes.getLedgerAccount, { path, query: {} }))).guarded?.availableFen;
};

describe("before the first entry", () => {
  it("the books are there, empty and right", async () => {
    const watermark = { segment: 0, until: "", hash: "" };
    expect(await good(call(accountingRoutes.getLedgerStatus, {}))).toEqual({
      watermark,
      lagSeconds: 0,
      money: "open",
    });
    expect(await good(call(accountingRoutes.getTrialBalance, { query: {} }))).toMatchObject({
      accounts: [],
      totals: { debitFen: 0, creditFen: 0 },
      watermark,
    });
    expect(await good(call(accountingRoutes.listLedgerAccounts, { query: {} }))).toEqual({ items: [] });
    expect(await good(call(accountingRoutes.listPeriods, {}))).toEqual({ items: [] });
    expect(await good(call(approvalRoutes.listApprovals, { query: {} }))).toEqual({ items: [] });
    expect(await good(call(accountingRoutes.verifyLedger, { body: {} }))).toMatchObject({
      ok: true,
      complete: true,
      entriesChecked: 0,
      segmentsChecked: 0,
    });
    expect(await runJob("sealLedger")).toBe(true);
    expect(await runJob("auditLedger")).toBe(true);
    expect(await runJob("publishRoot")).toBe(true);
  });
});

describe("the state of the books", () => {
  it("says how far they are sealed, and how far that is behind the clock", async () => {
    expect(await said(purchase("state", 100, "state"))).toBe("posted");
    await settle(service, stream);
    const { watermark, lagSeconds } = await good(call(accountingRoutes.getLedgerStatus, {}));
    expect(watermark).toMatchObject({ segment: 1, hash: expect.stringMatching(/^[\w-]{43}$/) });
    expect(watermark.until > "2026-06-10T04:04").toBe(true);
    expect(lagSeconds).toBeLessThan(60);
    service.clock.advance(600);
    const later = await good(call(accountingRoutes.getLedgerStatus, {}));
    expect(later.watermark).toEqual(watermark);
    expect(later.lagSeconds).toBeGreaterThanOrEqual(600);
  });

  it("says when everything was last verified, and over how much", async () => {
    const { entriesChecked } = await good(call(accountingRoutes.verifyLedger, { body: {} }));
    expect(entriesChecked).toBe(1);
    expect((await good(call(accountingRoutes.getLedgerStatus, {}))).audit).toMatchObject({
      throughSegment: 1,
      entries: 1,
    });
  });

  it("an entry has its place in them when it is sealed, and none before", async () => {
    expect(await said(purchase("place", 100, "place"))).toBe("posted");
    const path = { journalId: "place" };
    const before = await good(call(accountingRoutes.getJournalEntry, { path }));
    expect(before).toMatchObject({ journalId: "place", businessDate: "2026-06-10", reversedBy: [] });
    expect(before.sealed).toBeUndefined();
    await settle(service, stream);
    expect(await good(call(accountingRoutes.getJournalEntry, { path }))).toEqual({
      ...before,
      sealed: { segment: 2, number: "2026-06-000002", hash: expect.stringMatching(/^[\w-]{43}$/) },
    });
  });
});

describe("hard case 41: an amount is a whole number of fen above 0", () => {
  it.each([0, -1, 0.001, 1.5, 1e21, 2 ** 53, "100", null])("%j is none", async (amount) => {
    expect(await said(purchase("amount", amount as number, "amount"))).toMatch(
      /^(422 invalid-amount|400 invalid)$/,
    );
  });

  it("and as large as a number is whole", async () => {
    expect(await said(purchase("amount:largest", 2 ** 51, "largest"))).toBe("posted");
  });
});

describe("hard case 42: no more is spent than there is", () => {
  it("not by one, and of two at once by one", async () => {
    await said(purchase("spend:0", 100, "spend"));
    expect(await said(use("spend:1", 101, "spend"))).toBe("409 insufficient-balance");
    const both = () => Promise.all([said(use("spend:2", 60, "spend")), said(use("spend:3", 60, "spend"))]);
    expect((await writtenAtOnce(2, both)).toSorted()).toEqual(["409 insufficient-balance", "posted"]);
    await settle(service, stream);
    expect(await available("spend")).toBe(40);
  });

  it("and of two at once by both when it is enough", async () => {
    await said(purchase("enough:0", 100, "enough"));
    const both = () =>
      Promise.all([said(use("enough:1", 60, "enough")), said(use("enough:2", 40, "enough"))]);
    expect(await writtenAtOnce(2, both)).toEqual(["posted", "posted"]);
    await settle(service, stream);
    expect(await available("enough")).toBe(0);
  });
});

it("hard case 47: nothing leaves a frozen account, and what comes in is taken", async () => {
  await said(purchase("frozen:0", 100, "ice"));
  await freeze(ledger, "card:ice", { at: service.clock.now().toISOString(), by: "act_x", reason: "调查" });
  expect(await said(use("frozen:1", 10, "ice"))).toBe("423 account-frozen");
  expect(await said(purchase("frozen:2", 100, "ice"))).toBe("posted");
  await unfreeze(ledger, "card:ice");
  expect(await said(use("frozen:1", 10, "ice"))).toBe("posted");
});

describe("what happened is posted once, for ever", () => {
  it("the same again stands, another of its name is refused", async () => {
    expect(await said(purchase("once", 100, "once"))).toBe("posted");
    expect(await said(purchase("once", 100, "once"))).toBe("stood");
    expect(await said(purchase("once", 101, "once"))).toBe("422 journal-id-reused");
    expect(await said(use("once", 100, "once"))).toBe("422 journal-id-reused");
    service.clock.advance(86_400);
    expect(await said(purchase("once", 100, "once"))).toBe("stood");
  });

  it("hard case 18: also when the answer was lost, and the same again could no longer be done", async () => {
    await said(purchase("lost:0", 100, "lost"));
    const lost = await withFault(
      async (command, _, next) => {
        const answer = await next();
        if (command.startsWith("TransactWrite")) throw sdkError("Error", { code: "ECONNRESET" });
        return answer;
      },
      () => said(use("lost:1", 100, "lost")),
    );
    expect(lost).toBe("stood");
    expect(await said(use("lost:1", 100, "lost"))).toBe("stood");
    expect(await said(use("lost:2", 1, "lost"))).toBe("409 insufficient-balance");
  });

  it("hard case 17: of a hundred at once one is posted, and all are told of it", async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => said(purchase("hundred", 100, "hundred"))),
    );
    expect(answers.filter((one) => one === "posted")).toHaveLength(1);
    expect(answers.filter((one) => one === "stood")).toHaveLength(99);
  });
});

describe("hard case 15: a request that creates something names itself", () => {
  const bodies: Record<string, unknown> = {
    reverseEntry: { reason: "x" },
    exportLedger: { format: "jsonl" },
    resumeMoney: { reason: "x" },
    approve: { requestHash: "x" },
    reject: { requestHash: "x", reason: "x" },
  };
  const address = (path: string) =>
    path
      .replace("{journalId}", "once")
      .replace("{period}", "2026-05")
      .replace("{approvalId}", "apv_01J00000000000000000000000");
  const posts = [...Object.values(accountingRoutes), ...Object.values(approvalRoutes)].filter(
    ({ method, operationId }) => method === "POST" && operationId !== "verifyLedger",
  );

  it.each(posts.map(({ operationId, path }) => [operationId, address(path)]))("%s", async (name, path) => {
    const of = { sub: "raw", roles: ["finance"], amr: ["mfa"], expiresInSeconds: 900_000 };
    const authorization = `Bearer ${await service.issuer.token(of as never)}`;
    const body = name in bodies ? JSON.stringify(bodies[name]) : undefined;
    const response = await fetch(service.url + path, {
      method: "POST",
      headers: { authorization, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body }),
    });
    expect([response.status, ((await response.json()) as { type: string }).type]).toEqual([
      400,
      "/problems/idempotency-key-required",
    ]);
  });

  it("and all of them are here", () => {
    expect(posts.length).toBe(Object.keys(bodies).length + 1);
    expect(posts.every((one) => (routes as readonly unknown[]).includes(one))).toBe(true);
  });
});

describe("an export", () => {
  it("is asked for once under one key, and read under its own id by whoever may", async () => {
    const idempotencyKey = crypto.randomUUID();
    const ask = (format: "jsonl" | "hledger", by = call) =>
      by(accountingRoutes.exportLedger, { body: { format }, idempotencyKey });
    const first = await good(ask("jsonl"));
    expect(first).toMatchObject({ status: "queued", format: "jsonl" });
    expect(await good(ask("jsonl"))).toEqual(first);
    expect(await refused(ask("hledger"))).toBe("422 idempotency-key-reused");
    const other = await good(ask("hledger", finance(service, "finance-2")));
    expect(other.exportId).not.toBe(first.exportId);
    const path = { exportId: first.exportId };
    expect(await good(finance(service, "finance-2")(accountingRoutes.getLedgerExport, { path }))).toEqual(
      first,
    );
    expect(await refused(call(accountingRoutes.exportLedger, { body: { format: "xlsx" as never } }))).toBe(
      "400 invalid-body",
    );
  });
});

describe("a verification", () => {
  it("goes on only from where another ended", async () => {
    const { nextCursor = "" } = await good(
      call(accountingRoutes.listLedgerAccounts, { query: { limit: 1 } }),
    );
    for (const next of ["x", "e30.x", nextCursor])
      expect(await refused(call(accountingRoutes.verifyLedger, { body: { next } }))).toBe(
        "400 invalid-cursor",
      );
  });
});

describe("the root of a day", () => {
  const root = (date: string) => service.anyone(accountingRoutes.getLedgerRoot, { path: { date } });

  it("is there for everybody when the day is over, and bound to the day before", async () => {
    expect(await refused(root("2026-06-10"))).toBe("404 not-found");
    await settle(service, stream);
    service.clock.set(new Date("2026-06-12T04:30:00+08:00"));
    await runJob("sealLedger");
    expect(await runJob("publishRoot")).toBe(true);
    const first = await good(root("2026-06-10"));
    const second = await good(root("2026-06-11"));
    expect(first).toMatchObject({ date: "2026-06-10", firstSegment: 1, previous: "" });
    expect(second).toMatchObject({ firstSegment: first.lastSegment + 1, previous: first.hash });
    expect(await refused(root("2026-06-12"))).toBe("404 not-found");
    expect(await refused(root("2026-02-30"))).toBe("404 not-found");
    // A day that was published stays as it was.
    await said({ ...purchase("dated back", 1, "root"), journalId: "back", businessDate: "2026-06-10" });
    await settle(service, stream);
    service.clock.advance(86_400);
    await runJob("sealLedger");
    expect(await runJob("publishRoot")).toBe(true);
    expect(await good(root("2026-06-10"))).toEqual(first);
    expect(await good(root("2026-06-12"))).toMatchObject({ entries: 1, previous: second.hash });
  });
});
