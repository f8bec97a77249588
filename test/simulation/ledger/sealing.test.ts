import { expect, it } from "vitest";
import { emitLines } from "#shared/ledger/lines.ts";
import type { Draft } from "#shared/ledger/model.ts";
import { Crashed } from "#simulation/faults.ts";
import { staged } from "./acts.ts";
import { audit, audited } from "./auditing.ts";
import { cardOf, credit, custody, debit, drafts, payable } from "./chart.ts";
import { Reader } from "./reader.ts";
import type { Scene } from "./scene.ts";
import { undelivered } from "./stream.ts";

/** Seals, and is killed at the write of this number; whether it came so far. */
async function killedAt(made: Scene, number: number): Promise<boolean> {
  const { attempt, writeHints } = made.db;
  let written = 0;
  const count = () => {
    written += 1;
    if (written === number) throw new Crashed("killed");
  };
  made.db.attempt = async (...of) => {
    count();
    return attempt(...of);
  };
  made.db.writeHints = async (...of) => {
    count();
    return writeHints(...of);
  };
  await made.seal();
  Object.assign(made.db, { attempt, writeHints });
  return written >= number;
}

it("a late line is sealed although a sealer that was overtaken had seen it ahead of itself", async () => {
  await staged({ deliveries: undelivered }, async (made, actor) => {
    for (const id of ["a", "b"]) {
      await actor.press({ act: "post", draft: drafts.payOut(id, "m1", 10) });
      await made.world.sleep(1_000);
    }
    await emitLines(made.db, [made.image("b")]);
    await made.world.sleep(300_000);
    // So far only time is closed, and nothing sealed.
    await killedAt(made, 3);
    const { get } = made.db;
    const passed = Promise.withResolvers<void>();
    made.db.get = async (read) => {
      made.db.get = get;
      const head = await get(read);
      await passed.promise;
      return head;
    };
    const overtaken = made.seal();
    await made.seal();
    expect(made.books.segments.length).toBe(1);
    await emitLines(made.db, [made.image("a")]);
    passed.resolve();
    await overtaken;
    await made.settle();
    await audited(made);
    expect(made.violations).toEqual([]);
  });
});

it("an audit finds nothing wrong while a line is on its way for longer than is expected", async () => {
  let images = 0;
  const delayMs = () => {
    images += 1;
    return images === 2 ? 600_000 : 500;
  };
  const card = cardOf("m1", 1);
  await staged({ deliveries: { copies: () => 1, delayMs, gatherMs: 0 } }, async (made, actor) => {
    await actor.press({ act: "post", draft: drafts.deposit("in", card, 100) });
    await actor.press({ act: "post", draft: drafts.spend("out", card, 10) });
    await made.world.sleep(240_000);
    await made.seal();
    expect(await audit(made.db)).not.toHaveProperty("first");
    await made.settle();
    await audited(made);
    expect(made.violations).toEqual([]);
  });
});

/** More than a run writes there. */
const MOST_WRITES = 91;
/** Each of the first, then one of the batches in which a segment is folded. */
const KILLS = Array.from({ length: MOST_WRITES }, (_, at) => at + 1).filter(
  (nth) => nth < 8 || nth % 7 === 0,
);

/** Two hundred legs, of which five entries fill a segment. */
function wide(id: string): Draft {
  const legs = Array.from({ length: 100 }, (_, at) => [
    debit(custody(`w${at}`), at + 1),
    credit(payable(`w${at}`), at + 1),
  ]);
  return { journalId: id, kind: "wide", legs: legs.flat(), source: { operation: "simulation" } };
}

it("wherever a sealer is killed in minutes of several segments, readers read what was posted before their instant", async () => {
  let kills = 0;
  // The first entry in the first minute of its stretch, and in the second.
  for (const number of KILLS.flatMap((nth) => [nth, nth])) {
    const opensMs = (kills % 2) * 65_000;
    const sealing = { intervalMs: 120_000, delayMs: 60_000 };
    await staged({ deliveries: undelivered, sealing }, async (made, actor) => {
      await made.world.sleep(opensMs);
      await actor.press({ act: "post", draft: drafts.deposit("in", cardOf("m1", 1), 100) });
      for (let nth = 0; nth < 7; nth += 1) {
        await made.world.sleep(7_000);
        await actor.press({ act: "post", draft: wide(`wide${nth}`) });
        await actor.press({ act: "post", draft: drafts.spend(`out${nth}`, cardOf("m1", 1), 10) });
      }
      const late = ["wide1", "out6"];
      const ids = [...made.oracle.entries.keys()].filter((id) => !late.includes(id));
      await emitLines(
        made.db,
        ids.map((id) => made.image(id)),
      );
      await made.world.sleep(300_000);
      const reached = await killedAt(made, number);
      const reader = new Reader(made);
      const look = async () => {
        for (let nth = 0; nth < 12; nth += 1) await reader.look();
      };
      await look();
      await emitLines(
        made.db,
        late.map((id) => made.image(id)),
      );
      await killedAt(made, number);
      await look();
      await made.settle();
      await look();
      await reader.statements();
      await audited(made, 1);
      expect([number, made.violations]).toEqual([number, []]);
      // The last number is beyond what a run writes: it is killed at each before.
      if (number === MOST_WRITES) expect(reached).toBe(false);
      kills += 1;
    });
  }
  console.log(`killed ${kills} times`);
});
