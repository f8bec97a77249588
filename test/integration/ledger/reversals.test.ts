import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accountingRoutes } from "#shared/accounting/contract.ts";
import { freeze, unfreeze } from "#shared/ledger/holds.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import { closingPart } from "#shared/ledger/periods.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import {
  approve,
  askReversal,
  proposed,
  readApproval,
  reject,
  reversed,
  writtenAtOnce,
} from "../../support/deciding.ts";
import { withFault } from "../../support/faults.ts";
import {
  finance,
  JournalStream,
  movement,
  postLocally,
  purchase,
  settle,
  use,
} from "../../support/ledger.ts";
import { good, NOON, refused, startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
let stream: JournalStream;
const checker = () => finance(service, "finance-2");

beforeAll(async () => {
  service = await startTestService();
  stream = new JournalStream(service);
  // The ledger begins in May, so that there is a month before the tests' own.
  service.clock.set(new Date("2026-05-20T04:00:00Z"));
  await posted(purchase("first", 1, "first"));
  await settle(service, stream);
  service.clock.set(NOON);
});
afterAll(async () => {
  stream.stop();
  await service.stop();
});

async function posted(entry: Parameters<typeof postLocally>[1]): Promise<string> {
  const { status, body } = await postLocally(service, entry);
  expect([status, body]).toMatchObject([200, { outcome: "posted" }]);
  return entry.journalId;
}

const entry = (journalId: string) =>
  good(finance(service)(accountingRoutes.getJournalEntry, { path: { journalId } }));
const account = (accountId: string) =>
  good(finance(service)(accountingRoutes.getLedgerAccount, { path: { accountId }, query: {} }));
const ask = (journalId: string, wanted: Parameters<typeof askReversal>[2] = {}) =>
  refused(askReversal(finance(service), journalId, wanted));
/** What two cards of one merchant were bought for, in one entry. */
const twoCards = (journalId: string) =>
  posted({
    journalId,
    kind: "purchase",
    legs: [
      { account: "custody", owners: { merchant: journalId }, side: "debit", amountFen: 300 },
      {
        account: "unconsumed",
        owners: { card: `${journalId}-a`, merchant: journalId },
        side: "credit",
        amountFen: 100,
      },
      {
        account: "unconsumed",
        owners: { card: `${journalId}-b`, merchant: journalId },
        side: "credit",
        amountFen: 200,
      },
    ],
  });

describe("a reversal", () => {
  it("takes an entry back in red, on the side on which it stood, and each is found from the other", async () => {
    const original = await posted(purchase("whole", 10_000, "whole"));
    const id = await reversed(service, original);
    expect(await entry(original)).toMatchObject({
      reversedBy: [id],
      legs: [
        { side: "debit", amountFen: 10_000, reversedFen: 10_000 },
        { side: "credit", amountFen: 10_000, reversedFen: 10_000 },
      ],
    });
    expect(await entry(id)).toMatchObject({
      kind: "ledger.reversal",
      memo: "金额录错",
      reverses: original,
      reversedBy: [],
      legs: [
        { account: "psp:sandbox:cards:m1", side: "debit", amountFen: -10_000, reversedFen: 0 },
        { account: "card:whole:unconsumed", side: "credit", amountFen: -10_000, balanceAfterFen: 0 },
      ],
    });
    const { source } = await entry(id);
    expect(source).toMatchObject({ operation: "reverseEntry", request: id.replace("reversal:", "") });
    expect(source.actor).toMatch(/^act_/);
  });

  it("takes what it takes back out of an account's turnover, and adds nothing to the other side", async () => {
    await posted(purchase("turnover:1", 700, "turnover"));
    await posted(purchase("turnover:2", 300, "turnover"));
    await reversed(service, "turnover:1");
    await settle(service, stream);
    expect(await account("card:turnover:unconsumed")).toMatchObject({
      balanceFen: 300,
      debitFen: 0,
      creditFen: 300,
      guarded: { balanceFen: 300, availableFen: 300 },
    });
    const { accounts } = await good(
      finance(service)(accountingRoutes.getTrialBalance, {
        query: { expand: "cards:m1:unconsumed", limit: 100 },
      }),
    );
    const line = accounts.find(({ accountId }) => accountId === "card:turnover:unconsumed");
    expect(line).toMatchObject({ turnoverDebitFen: 0, turnoverCreditFen: 300, debitFen: 0, creditFen: 300 });
    const path = { accountId: "card:turnover:unconsumed" };
    const { items } = await good(finance(service)(accountingRoutes.listAccountEntries, { path, query: {} }));
    expect(items.map(({ debitFen, creditFen, balanceFen }) => [debitFen, creditFen, balanceFen])).toEqual([
      [0, 700, 700],
      [0, 300, 1_000],
      [0, -700, 300],
    ]);
  });

  it("takes back of each leg what it is told, and the rest of them with the next", async () => {
    const original = await twoCards("legs");
    const first = await reversed(service, original, { amountsFen: [150, 100, 50] });
    expect((await entry(original)).legs.map(({ reversedFen }) => reversedFen)).toEqual([150, 100, 50]);
    const second = await reversed(service, original, { amountsFen: [50, 0, 50] });
    expect((await entry(second)).legs.map(({ account, amountFen }) => [account, amountFen])).toEqual([
      ["custody:legs", -50],
      ["card:legs-b:unconsumed", -50],
    ]);
    const rest = await reversed(service, original);
    expect(await entry(original)).toMatchObject({
      reversedBy: [first, second, rest],
      legs: [{ reversedFen: 300 }, { reversedFen: 100 }, { reversedFen: 200 }],
    });
  });

  it("takes back both books of an entry", async () => {
    const of = { campaign: "k1" };
    const authority = movement("authority", { appropriation: "a1" }, "campaignAvailable", of, 500);
    await posted({ journalId: "budget", kind: "budget", legs: authority });
    await posted({
      journalId: "redeem",
      kind: "redeem",
      legs: [
        ...movement("campaignAvailable", of, "redeemed", of, 200),
        ...movement("subsidy", of, "payable", { merchant: "m1", purpose: "vouchers" }, 200),
      ],
    });
    const id = await reversed(service, "redeem", { amountsFen: [50, 50, 80, 80] });
    expect((await entry(id)).legs.map(({ book, amountFen }) => [book, amountFen])).toEqual([
      ["budget", -50],
      ["budget", -50],
      ["money", -80],
      ["money", -80],
    ]);
    expect(await ask("redeem", { amountsFen: [50, 50, 50, 40] })).toBe("422 entry-unbalanced");
    expect(await ask("redeem", { amountsFen: [50, 40, 40, 50] })).toBe("422 entry-unbalanced");
  });
});

describe("hard case 43: no more is taken back than there was", () => {
  it("not at once, and not bit by bit", async () => {
    const original = await posted(purchase("bits", 100, "bits"));
    expect(await ask(original, { amountsFen: [101, 101] })).toBe("422 reversal-exceeds");
    await reversed(service, original, { amountsFen: [60, 60] });
    expect(await ask(original, { amountsFen: [41, 41] })).toBe("422 reversal-exceeds");
    await reversed(service, original, { amountsFen: [40, 40] });
    expect(await ask(original, { amountsFen: [1, 1] })).toBe("422 reversal-exceeds");
    expect(await ask(original)).toBe("422 reversal-exceeds");
  });

  it("not by two requests that would both have been right alone", async () => {
    const original = await posted(purchase("both", 100, "both"));
    const one = await proposed(service, original, { amountsFen: [60, 60] });
    const other = await proposed(service, original, { amountsFen: [60, 60] });
    await good(approve(checker(), one));
    expect(await readApproval(checker(), other)).toMatchObject({
      status: "pending-approval",
      after: { refused: "reversal-exceeds" },
    });
    expect(await refused(approve(checker(), other))).toBe("422 reversal-exceeds");
    await good(reject(checker(), other));
    expect((await entry(original)).reversedBy).toEqual([`reversal:${one}`]);
  });

  it("not by two that are approved at the same moment", async () => {
    const original = await posted(purchase("moment", 100, "moment"));
    const ids = [await proposed(service, original), await proposed(service, original)];
    const answers = await writtenAtOnce(2, () => Promise.all(ids.map((id) => approve(checker(), id))));
    const [won, lost] = answers.toSorted((a, b) => a.status - b.status);
    expect(won?.status).toBe(200);
    expect(lost).toMatchObject({ status: 422, body: { type: "/problems/reversal-exceeds" } });
    expect(await entry(original)).toMatchObject({
      legs: [{ reversedFen: 100 }, { reversedFen: 100 }],
      reversedBy: { length: 1 },
    });
  });
});

describe("what cannot be taken back is refused to who asks", () => {
  it("legs that do not balance, also when all of one is left alone", async () => {
    const original = await posted(purchase("unequal", 100, "unequal"));
    expect(await ask(original, { amountsFen: [50, 40] })).toBe("422 entry-unbalanced");
    expect(await ask(original, { amountsFen: [50, 0] })).toBe("422 entry-unbalanced");
  });

  it("amounts for more or fewer legs than there are, or for none", async () => {
    const original = await twoCards("count");
    for (const amountsFen of [
      [100, 100],
      [100, 50, 50, 0],
      [0, 0, 0],
    ])
      expect(await ask(original, { amountsFen })).toBe("422 reversal-exceeds");
  });

  it("hard case 41: amounts that are none", async () => {
    const original = await posted(purchase("amounts", 100, "amounts"));
    for (const amount of [-1, 0.001, 1e21, "100", null, 2 ** 53])
      expect(await ask(original, { amountsFen: [amount, amount] as number[] })).toBe("400 invalid-body");
  });

  it("a reversal, and an entry that there is not", async () => {
    const original = await posted(purchase("twice", 100, "twice"));
    expect(await ask(await reversed(service, original))).toBe("409 not-reversible");
    expect(await ask("never:posted")).toBe("404 entry-unknown");
  });

  it("what would take a guarded account below 0, when it is asked for and when it is decided", async () => {
    await posted(purchase("spent:1", 100, "spent"));
    const pending = await proposed(service, "spent:1");
    await posted(use("spent:2", 80, "spent"));
    expect(await ask("spent:1")).toBe("409 insufficient-balance");
    expect(await refused(approve(checker(), pending))).toBe("409 insufficient-balance");
    expect((await entry("spent:1")).reversedBy).toEqual([]);
    // What was spent comes back first, then what it was bought with.
    await reversed(service, "spent:2");
    await good(approve(checker(), pending));
  });

  it("what would leave a frozen account, while what comes into it is free", async () => {
    await posted(purchase("frozen:1", 100, "frozen"));
    await posted(use("frozen:2", 80, "frozen"));
    const pending = await proposed(service, "frozen:1", { amountsFen: [20, 20] });
    const at = service.clock.now().toISOString();
    await freeze(ledger, "card:frozen", { at, by: "act_x", reason: "调查" });
    expect(await ask("frozen:1", { amountsFen: [20, 20] })).toBe("423 account-frozen");
    expect(await readApproval(checker(), pending)).toMatchObject({ after: { refused: "account-frozen" } });
    expect(await refused(approve(checker(), pending))).toBe("423 account-frozen");
    await reversed(service, "frozen:2", { amountsFen: [10, 10] });
    await unfreeze(ledger, "card:frozen");
    await good(approve(checker(), pending));
  });
});

describe("a reversal is dated", () => {
  it("today, or back on a day of a month that is still open, and never ahead", async () => {
    const original = await posted(purchase("dated", 100, "dated"));
    const amountsFen = [10, 10];
    const now = await reversed(service, original, { amountsFen });
    expect(await entry(now)).toMatchObject({ businessDate: "2026-06-10" });
    for (const businessDate of ["2026-06-01", "2026-05-31"])
      expect(await entry(await reversed(service, original, { amountsFen, businessDate }))).toMatchObject({
        businessDate,
        postedAt: expect.stringMatching(/^2026-06-10/),
      });
    expect(await ask(original, { amountsFen, businessDate: "2026-06-11" })).toBe("422 date-not-open");
    expect(await ask(original, { amountsFen, businessDate: "2026-02-30" })).toBe("400 invalid-body");
  });

  it("hard case 46: never into a closed month, not even when it is closed between reading and writing", async () => {
    const original = await posted(purchase("closed", 100, "closed"));
    const wanted = { amountsFen: [10, 10], businessDate: "2026-05-31" };
    const first = await proposed(service, original, wanted);
    const second = await proposed(service, original, wanted);
    let closes = 0;
    const raced = await withFault(
      async (command, input, next) => {
        const { TransactItems = [] } = input as { TransactItems?: object[] };
        if (command.startsWith("TransactWrite") && TransactItems.length > 3 && closes === 0) {
          closes += 1;
          await dynamo.commit([closingPart("2026-05", service.clock.now(), "act_x")]);
        }
        return next();
      },
      () => refused(approve(checker(), first)),
    );
    expect([closes, raced]).toEqual([1, "409 period-closed"]);
    expect(await readApproval(checker(), second)).toMatchObject({ after: { refused: "period-closed" } });
    expect(await refused(approve(checker(), second))).toBe("409 period-closed");
    expect(await ask(original, wanted)).toBe("409 period-closed");
    expect((await entry(original)).reversedBy).toEqual([]);
    await reversed(service, original);
  });
});
