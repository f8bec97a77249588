import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accountingRoutes } from "#shared/accounting/contract.ts";
import type { CallInput } from "#shared/client.ts";
import type { Entry, Leg } from "#shared/ledger/model.ts";
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
import { good, NOON, refused, startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
let stream: JournalStream;
/** Everything that was posted, as the journal has it: what every balance below is reckoned from once more. */
const journal: Entry[] = [];

async function post(entry: LocalEntry): Promise<Entry> {
  const { status, body } = await postLocally(service, entry);
  expect([status, body.slug]).toEqual([200, undefined]);
  const posted = body.entry as Entry;
  journal.push(posted);
  return posted;
}

const voucherMerchant = { merchant: "m2", purpose: "vouchers" };
/** Two books in one entry: what a voucher pays, and out of which budget. */
const redemption = (journalId: string, amountFen: number): LocalEntry => ({
  journalId,
  kind: "redeem",
  legs: [
    ...movement("subsidy", { campaign: "k1" }, "payable", voucherMerchant, amountFen),
    ...movement("campaignAvailable", { campaign: "k1" }, "redeemed", { campaign: "k1" }, amountFen),
  ],
});
const inMay = "2026-05-20T12:00:00+08:00";
let late: Entry;
let dated: Entry;

beforeAll(async () => {
  service = await startTestService();
  stream = new JournalStream(service);
  service.clock.set(new Date(inMay));
  const authority = movement(
    "authority",
    { appropriation: "a1" },
    "campaignAvailable",
    { campaign: "k1" },
    9_000,
  );
  await post({ journalId: "authority", kind: "budget", legs: authority });
  for (let at = 0; at < 7; at += 1) await post(purchase(`may:${at}`, 1_000 + at, `c${at}`));
  await post(redemption("may:redeem", 400));
  await settle(service, stream);

  service.clock.set(NOON);
  // Within a second or two, so that instants fall into the middle of what was sealed together.
  for (let at = 0; at < 4; at += 1) {
    await post(purchase(`june:${at}`, 100 + at, "c0"));
    await post(use(`june:use:${at}`, 10 + at, "c1"));
  }
  late = await post(purchase("june:late", 55, "c0"));
  const records = await stream.read();
  await stream.hand(records.filter(({ dynamodb }) => dynamodb?.Keys?.["pk"]?.S !== late.journalId));
  await settle(service, stream);
  // Paid out of what was never owed: a balance on the side on which it does not belong.
  const transit = { owner: "m3", purpose: "cards" };
  await post({
    journalId: "june:overpaid",
    kind: "payout",
    legs: movement("payable", { merchant: "m3", purpose: "cards" }, "transit", transit, 70),
  });
  dated = await post({ ...redemption("june:dated", 300), businessDate: "2026-05-31" });
  await post(redemption("june:redeem", 200));
  await stream.hand(records);
  await settle(service, stream);
}, 120_000);
afterAll(async () => {
  stream.stop();
  await service.stop();
});

type Query = CallInput<typeof accountingRoutes.getTrialBalance>["query"];
const trial = (query: Query = {}) => good(finance(service)(accountingRoutes.getTrialBalance, { query }));
const accountAt = (accountId: string, asOf: string) =>
  good(finance(service)(accountingRoutes.getLedgerAccount, { path: { accountId }, query: { asOf } }));

const sides = (legs: readonly Leg[]) => ({
  debitFen: legs.reduce((sum, { side, amountFen }) => sum + (side === "debit" ? amountFen : 0), 0),
  creditFen: legs.reduce((sum, { side, amountFen }) => sum + (side === "credit" ? amountFen : 0), 0),
});
/** Both sides of an account, or of those that it totals, over some of the entries. */
const reckoned = (accountId: string, of: (entry: Entry) => boolean) =>
  sides(
    journal
      .filter(of)
      .flatMap(({ legs }) => legs)
      .filter(({ account, control }) => account === accountId || control === accountId),
  );

/** Holds every line of a trial balance against the entries before it, within it, and up to its end. */
function holdToEntries(
  { accounts, books, totals }: Awaited<ReturnType<typeof trial>>,
  before: (entry: Entry) => boolean,
  within: (entry: Entry) => boolean,
): void {
  for (const line of accounts) {
    const { accountId, normal, openingFen, turnoverDebitFen, turnoverCreditFen, debitFen, creditFen } = line;
    const opening = reckoned(accountId, before);
    const turnover = reckoned(accountId, within);
    const net = (one: { debitFen: number; creditFen: number }) => one.debitFen - one.creditFen;
    expect({ accountId, openingFen, turnoverDebitFen, turnoverCreditFen, net: net(line) }).toEqual({
      accountId,
      openingFen: normal === "debit" ? net(opening) : 0 - net(opening),
      turnoverDebitFen: turnover.debitFen,
      turnoverCreditFen: turnover.creditFen,
      net: net(opening) + net(turnover),
    });
    expect(Math.min(debitFen, creditFen)).toBe(0);
  }
  for (const book of books) {
    expect(book.debitFen).toBe(book.creditFen);
    expect(book.turnoverDebitFen).toBe(book.turnoverCreditFen);
  }
  expect(totals.debitFen).toBe(totals.creditFen);
  expect(totals.debitFen).toBe(books.reduce((sum, { debitFen }) => sum + debitFen, 0));
}

const startOfJune = "2026-05-31T16:00:00.000Z";
const shifted = (instant: string, milliseconds: number) =>
  new Date(Date.parse(instant) + milliseconds).toISOString();

describe("the trial balance", () => {
  it("has every account that nothing totals, with opening, turnover and closing, and is equal in each book", async () => {
    const shown = await trial();
    holdToEntries(
      shown,
      ({ postedAt }) => postedAt < startOfJune,
      ({ postedAt }) => postedAt >= startOfJune,
    );
    expect(shown).toMatchObject({ from: startOfJune, asOf: shown.watermark.until });
    const ids = journal.flatMap(({ legs }) => legs.map(({ account, control }) => control ?? account));
    expect(shown.accounts.map(({ accountId }) => accountId).toSorted()).toEqual([...new Set(ids)].toSorted());
    expect(shown.books.map(({ book }) => book)).toEqual(["money", "budget"]);
  });

  it("shows a balance on the side on which it stands, also where it does not belong", async () => {
    const { accounts } = await trial();
    const of = (id: string) => accounts.find(({ accountId }) => accountId === id);
    expect(of("payable:m3:cards")).toMatchObject({
      normal: "credit",
      turnoverDebitFen: 70,
      debitFen: 70,
      creditFen: 0,
    });
    expect(await accountAt("payable:m3:cards", service.clock.now().toISOString())).toMatchObject({
      balanceFen: -70,
    });
  });

  it("totals what belongs together in one line, whose pages add up to it", async () => {
    const { accounts } = await trial();
    const control = accounts.find(({ accountId }) => accountId === "cards:m1:unconsumed");
    expect(control).toMatchObject({ totals: true });
    const under: Awaited<ReturnType<typeof trial>>["accounts"] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const query = { expand: "cards:m1:unconsumed", limit: 3, ...(cursor !== undefined && { cursor }) };
      const page = await trial(query);
      under.push(...page.accounts);
      cursor = page.nextCursor;
      pages += 1;
    } while (cursor);
    expect(pages).toBe(3);
    expect(under.map(({ accountId }) => accountId)).toEqual(
      Array.from({ length: 7 }, (_, at) => `card:c${at}:unconsumed`),
    );
    for (const name of [
      "openingFen",
      "turnoverDebitFen",
      "turnoverCreditFen",
      "debitFen",
      "creditFen",
    ] as const)
      expect([name, under.reduce((sum, line) => sum + line[name], 0)]).toEqual([name, control?.[name]]);
    expect((await trial({ expand: "cards:nobody:unconsumed" })).accounts).toEqual([]);
  });

  it("goes on only with its own cursor", async () => {
    const expand = "cards:m1:unconsumed";
    const { nextCursor: cursor = "" } = await trial({ expand, limit: 1 });
    expect(cursor).not.toBe("");
    const foreign: Query[] = [
      { expand, cursor: `x${cursor}` },
      { expand: "cards:m2:unconsumed", cursor },
      { expand, period: "2026-05", cursor },
      { expand, asOf: startOfJune, cursor },
    ];
    for (const query of foreign)
      expect(await refused(finance(service)(accountingRoutes.getTrialBalance, { query }))).toBe(
        "400 invalid-cursor",
      );
  });
});

describe("as of an instant", () => {
  it("counts what was posted at it and nothing later, to the millisecond, also what was sealed late", async () => {
    const accounts = ["card:c0:unconsumed", "cards:m1:unconsumed", "psp:sandbox:cards:m1"];
    const june = journal.filter(({ postedAt }) => postedAt > startOfJune);
    for (const { postedAt } of june)
      for (const instant of [shifted(postedAt, -1), postedAt, shifted(postedAt, 1)]) {
        const shown = await Promise.all(accounts.map((id) => accountAt(id, instant)));
        expect([instant, ...shown.map(({ debitFen, creditFen }) => ({ debitFen, creditFen }))]).toEqual([
          instant,
          ...accounts.map((id) => reckoned(id, (entry) => entry.postedAt <= instant)),
        ]);
        expect(shown.map(({ asOf }) => asOf)).toEqual(accounts.map(() => instant));
      }
  });

  it("is a whole trial balance that is equal, whichever instant", async () => {
    const instants = [
      shifted(journal[0]?.postedAt ?? "", -1),
      ...journal.filter((_, at) => at % 4 === 1).map(({ postedAt }) => postedAt),
      late.postedAt,
      shifted(startOfJune, -1),
      startOfJune,
    ];
    for (const asOf of instants) {
      const shown = await trial({ asOf });
      expect(shown.asOf).toBe(asOf);
      const from = asOf < startOfJune ? "2026-04-30T16:00:00.000Z" : startOfJune;
      expect(shown.from).toBe(from);
      holdToEntries(
        shown,
        ({ postedAt }) => postedAt < from,
        ({ postedAt }) => postedAt >= from && postedAt <= asOf,
      );
    }
  });

  it("is read with any offset", async () => {
    const { postedAt } = late;
    const local = new Date(Date.parse(postedAt) + 8 * 3_600_000).toISOString().replace("Z", "+08:00");
    expect(await trial({ asOf: local })).toEqual(await trial({ asOf: postedAt }));
  });

  it("later than the watermark is answered at the watermark, and says so", async () => {
    const latest = await trial();
    const { until } = latest.watermark;
    const ahead = "2027-01-01T00:00:00.000Z";
    expect(await trial({ asOf: ahead })).toEqual(latest);
    expect(await trial({ asOf: until })).toEqual(latest);
    expect(await accountAt("card:c0:unconsumed", ahead)).toMatchObject({ asOf: until });
    // The last instant that is sealed is answered as it is.
    expect(await trial({ asOf: shifted(until, -1) })).toEqual({ ...latest, asOf: shifted(until, -1) });
    // What is posted but not sealed yet is in neither.
    const { body } = await postLocally(service, purchase("unsealed", 33, "c6"));
    const asOf = body.entry?.postedAt ?? "";
    expect(await trial({ asOf })).toEqual(latest);
    expect(await accountAt("card:c6:unconsumed", asOf)).toMatchObject({ asOf: until, creditFen: 1_006 });
  });

  it("is an instant and nothing else", async () => {
    for (const asOf of ["2026-06-10", "yesterday", "2026-06-31T00:00:00Z", "2026-06-10T04:00:00"])
      expect(await refused(finance(service)(accountingRoutes.getTrialBalance, { query: { asOf } }))).toBe(
        "400 invalid-parameter",
      );
  });
});

describe("of a month", () => {
  const periodOf = ({ businessDate }: Entry) => businessDate.slice(0, 7);

  it.each(["2026-05", "2026-06"])("it counts by the day of each entry, as in %s", async (period) => {
    const shown = await trial({ period });
    expect(shown.period).toBe(period);
    holdToEntries(
      shown,
      (entry) => periodOf(entry) < period,
      (entry) => periodOf(entry) === period,
    );
  });

  it("has what was dated back into it, which by time is of a later month", async () => {
    expect(periodOf(dated)).toBe("2026-05");
    const redeemed = async (query: Query) =>
      (await trial(query)).accounts.find(({ accountId }) => accountId === "redeemed:k1");
    expect(await redeemed({ period: "2026-05" })).toMatchObject({ turnoverCreditFen: 700, creditFen: 700 });
    expect(await redeemed({ asOf: shifted(startOfJune, -1) })).toMatchObject({ creditFen: 400 });
    expect(await redeemed({ period: "2026-06" })).toMatchObject({
      openingFen: 700,
      turnoverCreditFen: 200,
      creditFen: 900,
    });
    expect(await redeemed({})).toMatchObject({ openingFen: 400, turnoverCreditFen: 500, creditFen: 900 });
  });

  it("before the first entry and after the last one nothing turns over", async () => {
    const before = await trial({ period: "2026-04" });
    holdToEntries(
      before,
      () => false,
      () => false,
    );
    const after = await trial({ period: "2026-09" });
    holdToEntries(
      after,
      () => true,
      () => false,
    );
  });
});
