import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accountingRoutes } from "#shared/accounting/contract.ts";
import { account } from "#shared/chart/chart.ts";
import type { CallInput } from "#shared/client.ts";
import { freeze, hold, unfreeze } from "#shared/ledger/holds.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import {
  finance,
  JournalStream,
  type LocalEntry,
  movement,
  postLocally,
  purchase,
  settle,
  use,
} from "../../support/ledger.ts";
import { good, refused, startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
let stream: JournalStream;
const CARD = "card:c1:unconsumed";

async function post(entry: LocalEntry): Promise<void> {
  const { status, body } = await postLocally(service, entry);
  expect([status, body.slug]).toEqual([200, undefined]);
}
const at = (instant: string) => service.clock.set(new Date(instant));

type Query = CallInput<typeof accountingRoutes.listAccountEntries>["query"];
const read = (accountId: string, query: Query = {}) =>
  finance(service)(accountingRoutes.listAccountEntries, { path: { accountId }, query });
const statement = (accountId: string, query: Query = {}) => good(read(accountId, query));
type Line = Awaited<ReturnType<typeof statement>>["items"][number];

async function pages(
  accountId: string,
  query: NonNullable<Query>,
  between = async () => {},
): Promise<Line[]> {
  const lines: Line[] = [];
  let cursor: string | undefined;
  do {
    const page = await statement(accountId, { ...query, ...(cursor !== undefined && { cursor }) });
    expect(page.items.length).toBeLessThanOrEqual(Number(query.limit));
    lines.push(...page.items);
    cursor = page.nextCursor;
    await between();
  } while (cursor);
  return lines;
}
const ids = (lines: readonly Line[]) => lines.map(({ journalId }) => journalId);
const accounts = (query: CallInput<typeof accountingRoutes.listLedgerAccounts>["query"] = {}) =>
  good(finance(service)(accountingRoutes.listLedgerAccounts, { query }));
const balance = (accountId: string) =>
  good(finance(service)(accountingRoutes.getLedgerAccount, { path: { accountId }, query: {} }));

beforeAll(async () => {
  service = await startTestService();
  stream = new JournalStream(service);
  // Three days, the last of which begins right after the last entry of the one before.
  at("2026-06-08T12:00:00+08:00");
  for (const [name, fen] of [
    ["mon:1", 1_000],
    ["mon:2", 2_000],
    ["mon:3", 3_000],
  ] as const)
    await post({ ...purchase(name, fen), memo: `购卡 ${name}` });
  await settle(service, stream);
  at("2026-06-09T12:00:00+08:00");
  await post(use("tue:1", 400));
  await post(purchase("tue:2", 500));
  at("2026-06-09T23:59:58+08:00");
  await post(use("tue:3", 600));
  at("2026-06-10T00:00:00.000+08:00");
  await post(use("wed:1", 700));
  await post(purchase("other", 5, "c2"));
  await settle(service, stream);
  at("2026-06-10T12:00:00+08:00");
}, 120_000);
afterAll(async () => {
  stream.stop();
  await service.stop();
});

const ALL = ["mon:1", "mon:2", "mon:3", "tue:1", "tue:2", "tue:3", "wed:1"];

describe("an account's statement", () => {
  it("has its entries in the order of sealing, each with its number and the balance after it", async () => {
    const { items, accountId, nextCursor } = await statement(CARD);
    expect([accountId, nextCursor]).toEqual([CARD, undefined]);
    expect(items).toMatchObject([
      {
        journalId: "mon:1",
        number: "2026-06-000001",
        kind: "purchase",
        memo: "购卡 mon:1",
        businessDate: "2026-06-08",
        debitFen: 0,
        creditFen: 1_000,
        balanceFen: 1_000,
      },
      { number: "2026-06-000002", creditFen: 2_000, balanceFen: 3_000 },
      { number: "2026-06-000003", creditFen: 3_000, balanceFen: 6_000 },
      { number: "2026-06-000004", kind: "use", debitFen: 400, creditFen: 0, balanceFen: 5_600 },
      { number: "2026-06-000005", creditFen: 500, balanceFen: 6_100 },
      { number: "2026-06-000006", businessDate: "2026-06-09", debitFen: 600, balanceFen: 5_500 },
      { number: "2026-06-000007", businessDate: "2026-06-10", debitFen: 700, balanceFen: 4_800 },
    ]);
    expect((await balance(CARD)).balanceFen).toBe(4_800);
  });

  it("is the same in pages of any size", async () => {
    const whole = (await statement(CARD)).items;
    for (const limit of [1, 2, 3, 7]) expect(await pages(CARD, { limit })).toEqual(whole);
  });

  it("is one statement in all its pages, whatever is posted while somebody turns them", async () => {
    let turned = 0;
    const lines = await pages("psp:sandbox:cards:m1", { limit: 2 }, async () => {
      turned += 1;
      await post(purchase(`meanwhile:${turned}`, 1, "c3"));
      await settle(service, stream);
    });
    expect(ids(lines)).toEqual(["mon:1", "mon:2", "mon:3", "tue:2", "other"]);
    const anew = await pages("psp:sandbox:cards:m1", { limit: 3 });
    expect(anew).toHaveLength(lines.length + turned);
  });

  it("is of an account that totals others too", async () => {
    const lines = await pages("cards:m1:unconsumed", { limit: 2, to: "2026-06-10" });
    expect(ids(lines).slice(0, 8)).toEqual([...ALL, "other"]);
    expect(lines[7]).toMatchObject({ creditFen: 5, balanceFen: 4_805 });
  });

  it.each([
    [{ from: "2026-06-09" }, ALL.slice(3)],
    [{ to: "2026-06-09" }, ALL.slice(0, 6)],
    [{ from: "2026-06-09", to: "2026-06-09" }, ["tue:1", "tue:2", "tue:3"]],
    [{ from: "2026-06-10", to: "2026-06-10" }, ["wed:1"]],
    [{ from: "2026-06-01", to: "2026-06-30" }, ALL],
    [{ to: "2026-06-07" }, []],
    [{ from: "2026-06-11" }, []],
    [{ from: "2026-06-10", to: "2026-06-09" }, []],
  ])("by day: %j", async (query, expected) => {
    expect(ids((await statement(CARD, query)).items)).toEqual(expected);
    expect(ids(await pages(CARD, { ...query, limit: 1 }))).toEqual(expected);
  });

  it("from a day on goes on from the balance of the days before", async () => {
    const { items } = await statement(CARD, { from: "2026-06-10" });
    expect(items).toMatchObject([{ journalId: "wed:1", debitFen: 700, balanceFen: 4_800 }]);
  });

  it("has both books of an entry, each on its own account", async () => {
    const of = { campaign: "k1" };
    const authority = movement("authority", { appropriation: "a1" }, "campaignAvailable", of, 900);
    await post({ journalId: "authority", kind: "budget", legs: authority });
    await post({
      journalId: "redeem",
      kind: "redeem",
      legs: [
        ...movement("subsidy", of, "payable", { merchant: "m1", purpose: "vouchers" }, 200),
        ...movement("campaignAvailable", of, "redeemed", of, 300),
      ],
    });
    await settle(service, stream);
    expect((await statement("available:k1")).items).toMatchObject([
      { journalId: "authority", creditFen: 900, balanceFen: 900 },
      { journalId: "redeem", debitFen: 300, balanceFen: 600 },
    ]);
    expect((await statement("subsidy:k1")).items).toMatchObject([{ journalId: "redeem", debitFen: 200 }]);
    expect(await balance("subsidy:k1")).toMatchObject({ book: "money", normal: "debit", balanceFen: 200 });
    expect(await balance("redeemed:k1")).toMatchObject({ book: "budget", balanceFen: 300 });
  });
});

describe("what is asked wrongly", () => {
  it("hard case 7: a cursor altered, of another account or of other days", async () => {
    const { nextCursor: cursor = "" } = await statement(CARD, { limit: 1, from: "2026-06-08" });
    expect(cursor).not.toBe("");
    const foreign: [string, Query][] = [
      [CARD, { from: "2026-06-08", cursor: `x${cursor}` }],
      [CARD, { from: "2026-06-08", cursor: cursor.slice(0, -2) }],
      [CARD, { from: "2026-06-09", cursor }],
      [CARD, { from: "2026-06-08", to: "2026-06-10", cursor }],
      [CARD, { cursor }],
      ["card:c2:unconsumed", { from: "2026-06-08", cursor }],
    ];
    for (const [accountId, query] of foreign)
      expect(await refused(read(accountId, query))).toBe("400 invalid-cursor");
    const { nextCursor = "" } = await accounts({ limit: 1 });
    expect(await refused(read(CARD, { cursor: nextCursor }))).toBe("400 invalid-cursor");
  });

  it("hard case 8: a limit that is none, a day that is none", async () => {
    const wrong: Record<string, unknown>[] = [
      { limit: 0 },
      { limit: -1 },
      { limit: 1e9 },
      { limit: 1.5 },
      { from: "2026-02-30" },
      { to: "today" },
    ];
    for (const query of wrong)
      expect(await refused(read(CARD, query as Query))).toBe("400 invalid-parameter");
    expect(await refused(read(CARD, { colour: "red" } as Query))).toBe("400 unknown-field");
  });

  it("an account that nothing was posted to, and a name that is none", async () => {
    for (const accountId of ["card:nobody:unconsumed", "card", "cards:m2:unconsumed"]) {
      expect(await refused(read(accountId))).toBe("404 account-unknown");
      const path = { accountId };
      expect(await refused(finance(service)(accountingRoutes.getLedgerAccount, { path, query: {} }))).toBe(
        "404 account-unknown",
      );
    }
    for (const accountId of ["card::c1", ":", "card c1", "卡", "a".repeat(121)])
      expect(await refused(read(accountId))).toBe("404 not-found");
  });
});

it("an account is named in an address with its colons as they are, or escaped", async () => {
  const token = await service.issuer.token({ sub: "raw", roles: ["finance"], expiresInSeconds: 3_600 });
  const get = async (name: string) => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${service.url}/v1/ledger/accounts/${name}/entries?limit=1`, { headers });
    return [response.status, ((await response.json()) as { accountId?: string }).accountId];
  };
  expect(await get(CARD)).toEqual([200, CARD]);
  expect(await get(encodeURIComponent(CARD))).toEqual([200, CARD]);
});

describe("an account", () => {
  it("shows beside what is sealed what is so at this moment, and what of it can be used", async () => {
    await post(purchase("fresh", 100, "c9"));
    await settle(service, stream);
    await post(purchase("ahead", 50, "c9"));
    const card = account("unconsumed", { card: "c9", merchant: "m1" });
    const until = new Date(service.clock.now().getTime() + 60_000).toISOString();
    await hold(ledger, card, { holdId: "hold:1", amountFen: 30, until });
    expect(await balance(card.id)).toMatchObject({
      balanceFen: 100,
      control: "cards:m1:unconsumed",
      kind: "unconsumed",
      guarded: { balanceFen: 150, availableFen: 120 },
    });
    const frozen = { at: service.clock.now().toISOString(), by: "act_x", reason: "调查" };
    await freeze(ledger, "card:c9", frozen);
    expect((await balance(card.id)).guarded).toMatchObject({
      frozen: { at: frozen.at, reason: frozen.reason },
    });
    await unfreeze(ledger, "card:c9");
    expect((await balance(card.id)).guarded?.frozen).toBeUndefined();
    service.clock.advance(61);
    expect((await balance(card.id)).guarded).toMatchObject({ availableFen: 150 });
  });

  it("as it was at an instant says nothing of this moment", async () => {
    const query = { asOf: "2026-06-09T04:00:00Z" };
    const then = await good(
      finance(service)(accountingRoutes.getLedgerAccount, { path: { accountId: CARD }, query }),
    );
    expect([then.balanceFen, then.guarded]).toEqual([6_000, undefined]);
  });
});

describe("the list of accounts", () => {
  it("has those of one book that nothing totals, in pages, in the order of their ids", async () => {
    for (const book of ["money", "budget", "points"] as const) {
      const { items } = await accounts({ book, limit: 100 });
      const listed: typeof items = [];
      let cursor: string | undefined;
      do {
        const page = await accounts({ book, limit: 2, ...(cursor !== undefined && { cursor }) });
        listed.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor);
      expect(listed).toEqual(items);
      expect(items.map(({ accountId }) => accountId)).toEqual(
        items.map(({ accountId }) => accountId).toSorted(),
      );
      expect(items.every((one) => one.book === book && one.control === undefined)).toBe(true);
    }
    expect((await accounts({})).items.map(({ accountId }) => accountId)).toContain("cards:m1:unconsumed");
    expect((await accounts({ book: "points" })).items).toEqual([]);
  });

  it("has what one account totals, whose balances add up to its own", async () => {
    const { items } = await accounts({ expand: "cards:m1:unconsumed", limit: 100 });
    expect(items.map(({ accountId }) => accountId)).toContain(CARD);
    expect(items.reduce((sum, { balanceFen }) => sum + balanceFen, 0)).toBe(
      (await balance("cards:m1:unconsumed")).balanceFen,
    );
  });

  it("goes on only with its own cursor", async () => {
    const { nextCursor: cursor = "" } = await accounts({ limit: 1 });
    expect(cursor).not.toBe("");
    for (const query of [
      { cursor: `x${cursor}` },
      { book: "budget" as const, cursor },
      { expand: "cards:m1:unconsumed", cursor },
    ])
      expect(await refused(finance(service)(accountingRoutes.listLedgerAccounts, { query }))).toBe(
        "400 invalid-cursor",
      );
  });
});
