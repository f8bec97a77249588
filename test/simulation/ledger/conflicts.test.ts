import { describe, expect, it } from "vitest";
import type { Draft, Entry } from "#shared/ledger/model.ts";
import { type Posted, post } from "#shared/ledger/post.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { faultsBySeed } from "#simulation/faults.ts";
import { usualLatency } from "#simulation/latency.ts";
import { World } from "#simulation/world.ts";
import { type Act, Actor, insist } from "./acts.ts";
import { audited } from "./auditing.ts";
import { available, cardOf, drafts } from "./chart.ts";
import { Scene } from "./scene.ts";

const full = process.env["LEYUN_FULL"] === "1";
const seeds = full ? 10_000 : 150;

const [one, two] = [cardOf("m1", 1), cardOf("m1", 2)];
const fund = available("x1");
const posting = (draft: Draft): Act => ({ act: "post", draft });

/** What each of them is told who act at once, a few milliseconds apart, on what was there before. */
async function atOnce(seed: number, before: readonly Act[], acts: readonly Act[]) {
  const world = new World(seed);
  return world.run(async () => {
    let faulty = false;
    const fault = faultsBySeed(world, 0.03);
    const scene = new Scene(world, {
      options: {
        latency: usualLatency,
        ...(seed % 3 === 0 && { fault: (boundary) => (faulty ? fault(boundary) : undefined) }),
      },
      limits: { most: 100 },
    });
    const actor = new Actor(scene);
    for (const act of before) await actor.press(act);
    faulty = true;
    const told = await Promise.all(
      acts.map(async (act) => {
        await world.sleep(world.random() * 12);
        return actor.press(act);
      }),
    );
    faulty = false;
    await scene.settle();
    actor.end();
    await audited(scene);
    return { scene, told, conflicts: scene.db.costs.conflicts + scene.db.costs.cancelled };
  });
}

const times = (told: readonly string[], answer: string) => told.filter((one) => one === answer).length;

/** Each case in many interleavings; the answers in each, by how often they were given. */
async function everyTime(
  before: readonly Act[],
  acts: readonly Act[],
  expected: Readonly<Record<string, number>>,
): Promise<number> {
  let met = 0;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { scene, told, conflicts } = await atOnce(seed, before, acts);
    const counted = Object.fromEntries(Object.keys(expected).map((answer) => [answer, times(told, answer)]));
    expect({ seed, violations: scene.violations, ...counted }).toEqual({ seed, violations: [], ...expected });
    if (conflicts > 0) met += 1;
  }
  return met;
}

describe(`of those who act at once (${seeds} seeds)`, () => {
  it("on a balance that suffices for one, exactly one gets it", async () => {
    const met = await everyTime(
      [posting(drafts.deposit("in", one, 100))],
      [posting(drafts.spend("a", one, 100)), posting(drafts.spend("b", one, 60))],
      { done: 1, "insufficient-balance": 1 },
    );
    expect(met).toBeGreaterThan(seeds / 4);
  });

  it("on a balance that suffices for both, both get it", async () => {
    const met = await everyTime(
      [posting(drafts.deposit("in", one, 100))],
      [posting(drafts.spend("a", one, 40)), posting(drafts.spend("b", one, 60))],
      { done: 2 },
    );
    expect(met).toBeGreaterThan(seeds / 4);
  });

  it("on a balance that suffices for five, five of ten get it", async () => {
    await everyTime(
      [posting(drafts.grant("in", "x1", 500))],
      Array.from({ length: 10 }, (_, at) => posting(drafts.redeem(`r${at}`, "x1", 100))),
      { done: 5, "insufficient-balance": 5 },
    );
  });

  it("in both directions between two items, all come through", async () => {
    await everyTime(
      [posting(drafts.deposit("in1", one, 100)), posting(drafts.deposit("in2", two, 100))],
      Array.from({ length: 4 }, (_, at) =>
        posting(
          at % 2 === 0 ? drafts.transfer(`t${at}`, one, two, 50) : drafts.transfer(`t${at}`, two, one, 50),
        ),
      ),
      { done: 4 },
    );
  });

  it("one takes what is held and the other lets it go: one of them does", async () => {
    await everyTime(
      [
        posting(drafts.grant("in", "x1", 100)),
        { act: "hold", id: "h", account: fund, amountFen: 100, forMs: 600_000 },
      ],
      [
        posting(drafts.redeem("take", "x1", 100, { captures: [{ holdId: "h", account: fund }] })),
        { act: "release", id: "h", account: fund },
      ],
      { done: 1, "hold-over": 1 },
    );
  });

  it("two take back more than there is: one of them does", async () => {
    await everyTime(
      [posting(drafts.payOut("out", "m1", 100))],
      [
        { act: "reverse", id: "a", of: "out", share: 0.6 },
        { act: "reverse", id: "b", of: "out", share: 0.7 },
      ],
      { done: 1, "reversal-exceeds": 1 },
    );
  });

  it("two fill a ceiling that has room for one: one of them does", async () => {
    const ceilings = [{ name: "most", limitFen: 100, byFen: 60 }];
    await everyTime(
      [],
      [
        posting(drafts.deposit("a", one, 60, { ceilings })),
        posting(drafts.deposit("b", two, 60, { ceilings })),
      ],
      { done: 1, "ceiling-exceeded": 1 },
    );
  });
});

describe("a hundred at once of one id", () => {
  const CALLERS = 100;

  /** What each of them gets: the entry, or the refusal's slug. */
  async function hundred(seed: number, draftOf: (caller: number) => Draft) {
    const world = new World(seed);
    return world.run(async () => {
      const scene = new Scene(world, {
        options: { latency: usualLatency, ...(seed % 2 === 1 && { fault: faultsBySeed(world, 0.01) }) },
      });
      const { ledger, oracle } = scene;
      const deposit = drafts.deposit("in", one, 100_000);
      oracle.expect(deposit);
      await insist(world, () => post(ledger, deposit));
      const answers = await Promise.all(
        Array.from({ length: CALLERS }, async (_, caller): Promise<Posted | string> => {
          await world.sleep(world.random() * 50);
          const draft = draftOf(caller);
          try {
            return await insist(world, () => {
              // Of several that say different things under one id, the one that is posted is what is expected.
              if (!oracle.entries.has(draft.journalId)) oracle.expect(draft);
              return post(ledger, draft);
            });
          } catch (error) {
            if (error instanceof Refusal) return error.problem.slug;
            throw error;
          }
        }),
      );
      await scene.settle();
      await audited(scene);
      return { scene, answers };
    });
  }

  const entriesIn = (answers: readonly (Posted | string)[]): Entry[] =>
    answers.flatMap((answer) => (typeof answer === "string" ? [] : [answer.entry]));

  it.each([
    ["that are guarded", () => drafts.spend("x", one, 10)],
    ["that nothing guards", () => drafts.payOut("x", "m1", 10)],
  ])("have one effect, and all get the same entry: accounts %s", async (_, draftOf) => {
    for (let seed = 1; seed <= (full ? 200 : 6); seed += 1) {
      const { scene, answers } = await hundred(seed, draftOf);
      expect([seed, scene.violations]).toEqual([seed, []]);
      expect(scene.oracle.entries.size).toBe(2);
      const texts = new Set(
        entriesIn(answers).map((entry) => JSON.stringify(Object.entries(entry).toSorted())),
      );
      expect([entriesIn(answers).length, texts.size]).toEqual([CALLERS, 1]);
      const posted = answers.filter((answer) => typeof answer !== "string" && answer.outcome === "posted");
      // One whose answer was lost finds it standing.
      expect(posted.length).toBeLessThanOrEqual(1);
      if (seed % 2 === 0) expect(posted.length).toBe(1);
    }
  });

  it("that ask for different things: one of them stands, and who asked for another is refused", async () => {
    for (let seed = 1; seed <= (full ? 200 : 6); seed += 1) {
      const { scene, answers } = await hundred(seed * 2, (caller) =>
        drafts.payOut("x", "m1", 10 + (caller % 2)),
      );
      expect(scene.oracle.entries.size).toBe(2);
      const standing = entriesIn(answers)[0]?.legs[0]?.amountFen;
      expect([10, 11]).toContain(standing);
      for (const [caller, answer] of answers.entries())
        if (10 + (caller % 2) === standing) expect(answer).toMatchObject({ entry: { journalId: "x" } });
        else expect(answer).toBe("journal-id-reused");
    }
  });
});
