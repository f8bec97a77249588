import type { Draft } from "#shared/ledger/model.ts";
import { moneyGate } from "#shared/ledger/moneyMode.ts";
import type { Sealing } from "#shared/ledger/seal.ts";
import type { Fault } from "#simulation/faults.ts";
import { usualLatency } from "#simulation/latency.ts";
import { World } from "#simulation/world.ts";
import { type Act, Actor } from "./acts.ts";
import { audited } from "./auditing.ts";
import { available, cardOf, drafts } from "./chart.ts";
import { same } from "./oracle.ts";
import { Scene } from "./scene.ts";

export interface Script {
  /** One after the other; those in a list of their own at the same time. */
  acts: readonly (Act | readonly Act[] | { waitMs: number })[];
  /** What each is told, whatever fails meanwhile. */
  told: readonly string[];
}

const post = (draft: Draft): Act => ({ act: "post", draft });
const [one, two] = [cardOf("m1", 1), cardOf("m1", 2)];
const fund = available("x1");

/** A short script of every operation, each with an outcome that does not depend on who comes first. */
export const scripts: Readonly<Record<string, Script>> = {
  "money comes, goes and moves within an item and between two": {
    acts: [
      post(drafts.deposit("in", one, 1_000)),
      post(drafts.request("ask", one, 300)),
      post(drafts.confirm("use", one, 200)),
      post(drafts.transfer("move", one, two, 250)),
      post(drafts.spend("out", two, 250)),
      post(drafts.spend("much", two, 1)),
    ],
    told: ["done", "done", "done", "done", "done", "insufficient-balance"],
  },
  "several at once, one of them twice": {
    acts: [
      post(drafts.deposit("in", one, 1_000)),
      [
        post(drafts.spend("a", one, 400)),
        post(drafts.spend("a", one, 400)),
        post(drafts.spend("b", one, 600)),
        post(drafts.payOut("c", "m1", 10)),
      ],
    ],
    told: ["done", "done", "done", "done", "done"],
  },
  "four legs over two books": {
    acts: [
      post(drafts.grant("grant", "x1", 900)),
      post(drafts.redeem("first", "x1", 500)),
      post(drafts.redeem("much", "x1", 500)),
      post(drafts.redeem("last", "x1", 400)),
    ],
    told: ["done", "done", "insufficient-balance", "done"],
  },
  "holds that are captured, released and over": {
    acts: [
      post(drafts.grant("grant", "x1", 900)),
      { act: "hold", id: "h1", account: fund, amountFen: 500, forMs: 600_000 },
      { act: "hold", id: "h2", account: fund, amountFen: 400, forMs: 600_000 },
      post(drafts.redeem("none", "x1", 1)),
      post(drafts.redeem("take", "x1", 450, { captures: [{ holdId: "h1", account: fund }] })),
      { act: "release", id: "h2", account: fund },
      { act: "hold", id: "h3", account: fund, amountFen: 450, forMs: 600_000 },
      { waitMs: 600_000 },
      post(drafts.redeem("late", "x1", 10, { captures: [{ holdId: "h3", account: fund }] })),
      post(drafts.redeem("rest", "x1", 450)),
    ],
    told: ["done", "done", "done", "insufficient-balance", "done", "done", "done", "hold-over", "done"],
  },
  "what is frozen stays": {
    acts: [
      post(drafts.deposit("in", one, 500)),
      { act: "freeze", item: one.item },
      post(drafts.spend("stays", one, 100)),
      { act: "hold", id: "h1", account: one.unconsumed, amountFen: 1, forMs: 60_000 },
      post(drafts.deposit("more", one, 100)),
      { act: "unfreeze", item: one.item },
      post(drafts.spend("goes", one, 600)),
    ],
    told: ["done", "done", "account-frozen", "account-frozen", "done", "done", "done"],
  },
  "reversals in part and whole": {
    acts: [
      post(drafts.deposit("in", one, 1_000)),
      post(drafts.correct("right", one, 100, 300)),
      { act: "reverse", id: "half", of: "right", share: 0.5 },
      { act: "reverse", id: "much", of: "right", share: 0.6 },
      { act: "reverse", id: "rest", of: "right" },
      { act: "reverse", id: "again", of: "right" },
      { act: "reverse", id: "gone", of: "in" },
    ],
    told: ["done", "done", "done", "reversal-exceeds", "done", "reversal-exceeds", "done"],
  },
  "no more than the ceiling": {
    acts: [
      post(drafts.deposit("in", one, 600, { ceilings: [{ name: "most", limitFen: 1_000, byFen: 600 }] })),
      post(drafts.deposit("over", one, 600, { ceilings: [{ name: "most", limitFen: 1_000, byFen: 600 }] })),
      post(drafts.spend("out", one, 300, { ceilings: [{ name: "most", limitFen: 1_000, byFen: -300 }] })),
      post(drafts.deposit("now", one, 600, { ceilings: [{ name: "most", limitFen: 1_000, byFen: 600 }] })),
    ],
    told: ["done", "ceiling-exceeded", "done", "done"],
  },
  "dated back until the period closes": {
    acts: [
      post(drafts.deposit("in", one, 600, { businessDate: "2026-05-31" })),
      { act: "close", period: "2026-05" },
      post(drafts.spend("late", one, 100, { businessDate: "2026-05-31" })),
      post(drafts.spend("now", one, 100, { originalDate: "2026-05-31" })),
      { act: "closed", period: "2026-05" },
    ],
    told: ["done", "done", "period-closed", "done", "done"],
  },
  "while money is stopped": {
    acts: [
      post(drafts.deposit("in", one, 600)),
      { act: "stop" },
      { waitMs: 40_000 },
      post(drafts.spend("no", one, 100)),
      { act: "resume" },
      { waitMs: 40_000 },
      post(drafts.spend("yes", one, 100)),
    ],
    told: ["done", "done", "money-read-only", "done", "done"],
  },
};

const sealing: Sealing = { intervalMs: 60_000, delayMs: 120_000 };

/** Plays a script, seals it and verifies it; the fault may come at any call until then. */
export async function playScript({ acts: steps, told: expected }: Script, seed: number, fault?: Fault) {
  const world = new World(seed);
  return world.run(async () => {
    const scene = new Scene(world, {
      options: { latency: usualLatency, ...(fault && { fault }) },
      sealing,
      deliveries: {
        copies: ({ random }) => 1 + Math.floor(random() * 1.3),
        delayMs: () => 500,
        gatherMs: 1_000,
      },
      limits: { most: 1_000 },
      gate: moneyGate,
    });
    const actor = new Actor(scene);
    const told: string[] = [];
    for (const step of steps)
      if ("waitMs" in step) await world.sleep(step.waitMs);
      else {
        const acts = "act" in step ? [step] : step;
        told.push(...(await Promise.all(acts.map((act) => actor.press(act)))));
      }
    scene.oracle.tell(same(told, expected), () => `was told ${told}, not ${expected}`);
    await world.sleep(sealing.intervalMs + sealing.delayMs);
    await scene.seal();
    await scene.seal();
    const boundaries = scene.db.boundaries;
    await scene.settle();
    actor.end();
    await audited(scene);
    return { scene, boundaries };
  });
}
