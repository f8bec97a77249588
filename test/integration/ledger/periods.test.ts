import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runJob } from "#local/localRoutes.ts";
import { accountingRoutes } from "#shared/accounting/contract.ts";
import { letMoneyMove, stopMoneyFor } from "../../support/deciding.ts";
import { withFault } from "../../support/faults.ts";
import { finance, JournalStream, postLocally, purchase, settle } from "../../support/ledger.ts";
import { good, refused, startTestService, type TestService } from "../../support/service.ts";

/** One ledger from the middle of December 2025 on; each test goes on where the one before it ended. */
let service: TestService;
let stream: JournalStream;
beforeAll(async () => {
  service = await startTestService();
  stream = new JournalStream(service);
  at("2025-12-15T12:00:00+08:00");
});
afterAll(async () => {
  stream.stop();
  await service.stop();
});

function at(instant: string): void {
  service.clock.set(new Date(instant));
}
/** A token lives for thirty days: each month has its own people. */
const somebody = () => finance(service, `finance-${service.clock.now().toISOString().slice(0, 7)}`);
const close = (period: string, idempotencyKey: string = crypto.randomUUID()) =>
  somebody()(accountingRoutes.closePeriod, { path: { period }, idempotencyKey });
const periods = async () => (await good(somebody()(accountingRoutes.listPeriods, {}))).items;
const trialOf = (period: string) => good(somebody()(accountingRoutes.getTrialBalance, { query: { period } }));
const entryOf = (journalId: string) =>
  good(somebody()(accountingRoutes.getJournalEntry, { path: { journalId } }));

let entries = 0;
async function post(amountFen: number, businessDate?: string) {
  entries += 1;
  const entry = purchase(`entry:${entries}`, amountFen);
  const { status, body } = await postLocally(service, {
    ...entry,
    ...(businessDate !== undefined && { businessDate }),
  });
  return { journalId: entry.journalId, said: body.slug ?? status, entry: body.entry };
}

/** The numbers (凭证号) of all entries by their period, sorted. */
async function numbers(): Promise<Record<string, number[]>> {
  const found: { period: string; number: number }[] = [];
  for (let each = 1; each <= entries; each += 1) {
    const path = { journalId: `entry:${each}` };
    const read = await somebody()(accountingRoutes.getJournalEntry, { path });
    // What was refused is not there.
    if (!read.ok) continue;
    const { businessDate, sealed } = read.body;
    const period = businessDate.slice(0, 7);
    const [, number] = new RegExp(`^${period}-(\\d{6})$`).exec(sealed?.number ?? "") ?? [];
    found.push({ period, number: Number(number) });
  }
  const byPeriod = Map.groupBy(found, ({ period }) => period);
  return Object.fromEntries(
    [...byPeriod].map(([period, of]) => [period, of.map(({ number }) => number).sort((a, b) => a - b)]),
  );
}
const upTo = (count: number) => Array.from({ length: count }, (_, one) => one + 1);

describe("a month of the books", () => {
  it("is not there before the first entry is sealed", async () => {
    expect(await periods()).toEqual([]);
    expect(await refused(close("2025-11"))).toBe("404 period-unknown");
  });

  it("is there from its first entry on, open, and cannot be closed before it is over", async () => {
    await post(100);
    await settle(service, stream);
    expect(await periods()).toEqual([{ period: "2025-12", status: "open" }]);
    expect(await refused(close("2025-12"))).toBe("409 period-not-over");
    expect(await refused(close("2026-01"))).toBe("409 period-not-over");
  });

  it("is no month that it never was, and nothing that is none", async () => {
    expect(await refused(close("2025-11"))).toBe("404 period-unknown");
    for (const none of ["2025-13", "2025-1", "202512", "x"])
      expect(await refused(close(none))).toBe("404 not-found");
  });
});

describe("hard case 59: the last second of the year in Shanghai", () => {
  it("is of the old year, also for what began in it and was written in the new one", async () => {
    at("2025-12-31T23:59:58+08:00");
    let late = 0;
    const { entry } = await withFault(
      async (command, _, next) => {
        // Midnight passes while the balances are read.
        if (command.startsWith("BatchGet") && late === 0) {
          late += 1;
          service.clock.advance(5);
        }
        return next();
      },
      () => post(200),
    );
    expect(late).toBe(1);
    expect(entry).toMatchObject({
      businessDate: "2025-12-31",
      postedAt: expect.stringMatching(/^2025-12-31T16:00:/),
    });
    expect((await post(300)).entry?.businessDate).toBe("2026-01-01");
  });

  it("is counted in the old year, and what came after it in the new one", async () => {
    await settle(service, stream);
    expect((await trialOf("2025-12")).books).toMatchObject([{ debitFen: 300, creditFen: 300 }]);
    expect((await trialOf("2026-01")).books).toMatchObject([
      { turnoverDebitFen: 300, turnoverCreditFen: 300, debitFen: 600, creditFen: 600 },
    ]);
  });

  it("does not make the clock that was set back five seconds tear the order of an account's entries", async () => {
    const first = await post(1);
    service.clock.advance(-5);
    const second = await post(1);
    expect(String(second.entry?.postedAt) > String(first.entry?.postedAt)).toBe(true);
  });
});

describe("closing a month", () => {
  const key = crypto.randomUUID();

  it("comes after the months before it", async () => {
    at("2026-02-02T12:00:00+08:00");
    expect((await post(400, "2026-01-31")).said).toBe(200);
    expect(await refused(close("2026-01"))).toBe("409 earlier-period-open");
  });

  it("ends what is dated into it at once, whatever the sealer has seen", async () => {
    expect((await post(500, "2025-12-30")).said).toBe(200);
    expect(await good(close("2025-12", key))).toEqual({
      period: "2025-12",
      status: "closing",
      closingSince: expect.stringMatching(/^2026-02-02T04:/),
    });
    const refusal = await post(600, "2025-12-31");
    expect(refusal.said).toBe("period-closed");
    expect((await post(600, "2026-01-01")).said).toBe(200);
  });

  it("happens once, and to who asks again under the same key it is told again", async () => {
    const first = await good(close("2025-12", key));
    expect(await good(close("2025-12", key))).toEqual(first);
    expect(await refused(close("2026-01", key))).toBe("422 idempotency-key-reused");
    expect(await refused(close("2025-12"))).toBe("409 period-closed");
  });

  it("is complete when everything that was dated into it is sealed, and shows what it came to", async () => {
    await stream.deliver();
    service.clock.advance(60);
    await runJob("sealLedger");
    expect(await periods()).toMatchObject([
      { period: "2026-02", status: "open" },
      { period: "2026-01", status: "open" },
      { period: "2025-12", status: "closing" },
    ]);
    service.clock.advance(120);
    await runJob("sealLedger");
    // An entry whose record is still on its way would be missed: the whole journal is searched first.
    expect((await periods())[2]).toMatchObject({ status: "closing" });
    await runJob("auditLedger");
    await runJob("sealLedger");
    const [, , december] = await periods();
    expect(december).toMatchObject({
      period: "2025-12",
      status: "closed",
      closedAt: expect.stringMatching(/^2026-02-02T04:0/),
      close: { entries: 3, totals: { money: { debitFen: 800, creditFen: 800 } } },
    });
    const { books } = await trialOf("2025-12");
    expect(books).toMatchObject([{ book: "money", debitFen: 800, creditFen: 800 }]);
    expect(await refused(close("2025-12"))).toBe("409 period-closed");
    // The same request is told what it did, also now.
    expect(await good(close("2025-12", key))).toMatchObject({ status: "closing" });
  });

  it("leaves its sums as they are for ever", async () => {
    expect((await post(700, "2025-12-31")).said).toBe("period-closed");
    await post(700);
    await settle(service, stream);
    const { books } = await trialOf("2025-12");
    expect(books).toMatchObject([{ book: "money", debitFen: 800, creditFen: 800 }]);
  });

  it("waits half a minute, until nothing that began in the month is still on its way", async () => {
    await good(close("2026-01"));
    for (const early of ["2026-02-28T23:59:59+08:00", "2026-03-01T00:00:15+08:00"]) {
      at(early);
      expect(await refused(close("2026-02"))).toBe("409 period-not-over");
    }
    at("2026-03-01T00:00:30+08:00");
    await stopMoneyFor(service, { fault: "test", place: "nowhere" });
    expect(await refused(close("2026-02"))).toBe("503 money-read-only");
    await letMoneyMove(service);
    at("2026-03-01T00:00:30+08:00");
    await good(close("2026-02"));
  });

  it("has one effect when two ask at once, under one key or under two", async () => {
    await post(800);
    at("2026-05-01T12:00:00+08:00");
    const same = crypto.randomUUID();
    const [one, two] = await Promise.all([close("2026-03", same), close("2026-03", same)]);
    expect([two.status, two.body]).toEqual([200, one.body]);
    const answers = await Promise.all([close("2026-04"), close("2026-04")]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  });
});

describe("the numbers of a month's entries", () => {
  it("have no gap and no double, with one that comes late and one that is dated back", async () => {
    await settle(service, stream);
    const before = await numbers();
    const now = await Promise.all([1, 2, 3, 4].map(() => post(1)));
    // One record is on its way for an hour.
    const [held, ...rest] = await stream.read();
    await stream.hand(rest);
    service.clock.advance(60);
    await runJob("sealLedger");
    service.clock.advance(3_600);
    at("2026-06-01T09:00:00+08:00");
    const back = await post(1, "2026-05-31");
    const next = await post(1);
    await stream.hand(held ? [held] : []);
    await settle(service, stream);

    const after = await numbers();
    expect(after).toEqual({ ...before, "2026-05": upTo(now.length + 1), "2026-06": [1] });
    for (const of of Object.values(after)) expect(of).toEqual(upTo(of.length));
    expect((await entryOf(back.journalId)).sealed?.number).toMatch(/^2026-05-00000[45]$/);
    expect((await entryOf(next.journalId)).sealed?.number).toBe("2026-06-000001");
  });

  it("are the count that a closed month shows", async () => {
    const counted = await numbers();
    expect(await good(close("2026-05"))).toMatchObject({ status: "closing" });
    await settle(service, stream);
    await runJob("auditLedger");
    await runJob("sealLedger");
    const shown = (await periods()).filter(({ status }) => status === "closed");
    expect(Object.fromEntries(shown.map(({ period, close }) => [period, close?.entries]))).toEqual({
      "2025-12": counted["2025-12"]?.length,
      "2026-01": counted["2026-01"]?.length,
      "2026-02": counted["2026-02"]?.length,
      "2026-03": counted["2026-03"]?.length,
      "2026-04": 0,
      "2026-05": counted["2026-05"]?.length,
    });
  });
});

describe("a month with an entry that the sealer was not told of", () => {
  it("is closed only when that entry is sealed too", async () => {
    const lost = await post(900);
    // The record never comes: only the search of the whole journal finds the entry.
    await stream.read();
    at("2026-07-01T12:00:00+08:00");
    await good(close("2026-06"));
    const june = async () => (await periods()).find(({ period }) => period === "2026-06");
    const pass = async () => {
      service.clock.advance(300);
      for (const job of ["sealLedger", "auditLedger", "sealLedger"]) await runJob(job);
    };
    await pass();
    expect(await june()).toMatchObject({ status: "closing" });
    await pass();
    expect(await june()).toMatchObject({ status: "closed" });
    expect((await entryOf(lost.journalId)).sealed?.number).toMatch(/^2026-06-/);
  });
});
