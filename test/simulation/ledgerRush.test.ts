import { expect, it } from "vitest";
import { Postings, type PostingTrial } from "../../bench/rush/ledger/postings.ts";
import { Sealing } from "../../bench/rush/ledger/sealing.ts";
import { burst, scaledPosting, scaledSealing } from "../../bench/rush/ledger/trials.ts";

const size = process.env["LEYUN_FULL"] === "1" ? 1 : 0.1;

const offered: PostingTrial = {
  design: "many payers, one unguarded account",
  offeredPerS: 9_000,
  seconds: 10,
  payers: 100_000,
  twice: 0.05,
  partitions: 40,
  seed: 1,
};

it(`9,000 postings a second at one unguarded account stand once each and wait for nobody (size ${size})`, async () => {
  const trial = scaledPosting(offered, size);
  const result = await new Postings(trial).run();
  const { errors, doubled, wrongFen, turnedAway, throttled } = result;
  console.log(`size ${size}: ${result.postedPerS} postings a second, ${result.wcuPerPosting} WCU each`);
  expect({ errors, doubled, wrongFen, turnedAway, throttled }).toEqual({
    errors: 0,
    doubled: 0,
    wrongFen: 0,
    turnedAway: 0,
    throttled: 0,
  });
  expect(result.postedPerS).toBeGreaterThanOrEqual(0.99 * trial.offeredPerS);
  expect(result.p99Ms).toBeLessThanOrEqual(100);
});

it("a posting that comes once takes at most 4.1 WCU, lost races with it", async () => {
  const { wcuPerPosting } = await new Postings({ ...scaledPosting(offered, 0.1), twice: 0 }).run();
  expect(wcuPerPosting).toBeLessThanOrEqual(4.1);
});

it("everybody at one guarded account makes nothing wrong, whoever is told to come back", async () => {
  const { doubled, wrongFen } = await new Postings({ ...offered, payers: 1, offeredPerS: 50 }).run();
  expect({ doubled, wrongFen }).toEqual({ doubled: 0, wrongFen: 0 });
});

it("a tenth of a minute's burst is sealed whole and nothing of it late, within the minutes that sealing takes", async () => {
  const trial = scaledSealing(burst, 0.1);
  const result = await new Sealing(trial).run();
  expect({ entries: result.entries, late: result.late, ended: result.ended }).toEqual({
    entries: trial.ratePerS * trial.seconds,
    late: 0,
    ended: 0,
  });
  expect(result.longestLagAfterRunS).toBeLessThanOrEqual(180);
  expect(result.wcuPerEntry.all).toBeLessThanOrEqual(4);
});

it("the same trial gives the same result", async () => {
  const posting = { ...scaledPosting(offered, 0.05), seconds: 2 };
  expect(await new Postings(posting).run()).toEqual(await new Postings(posting).run());
  const sealing = { ...scaledSealing(burst, 0.02), seconds: 5 };
  expect(await new Sealing(sealing).run()).toEqual(await new Sealing(sealing).run());
});
