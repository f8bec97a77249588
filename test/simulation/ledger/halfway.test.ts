import { expect, it } from "vitest";
import { emitLines } from "#shared/ledger/lines.ts";
import { Crashed } from "#simulation/faults.ts";
import { staged } from "./acts.ts";
import { audit } from "./auditing.ts";
import { cardOf, drafts } from "./chart.ts";
import { rebuilt } from "./rebuilding.ts";
import type { Scene } from "./scene.ts";
import { undelivered } from "./stream.ts";

it("an audit that looks between the writing of a late line and of its mark sees on a second look that nothing is wrong", async () => {
  const card = cardOf("m1", 1);
  const [first, second] = await staged({ deliveries: undelivered }, async (made, actor) => {
    await actor.press({ act: "post", draft: drafts.deposit("in", card, 100) });
    await actor.press({ act: "post", draft: drafts.spend("out", card, 10) });
    await emitLines(made.db, [made.image("in")]);
    await made.world.sleep(240_000);
    await made.seal();
    const halfway = { ...made.db, get: () => Promise.reject(new Crashed("killed")) };
    await emitLines(halfway, [made.image("out")]).catch(() => undefined);
    const between = (await audit(made.db)).first;
    await emitLines(made.db, [made.image("out")]);
    return [between, (await audit(made.db)).first];
  });
  expect(first).toMatchObject({ fault: "guarded-differs" });
  expect(second).toBe(undefined);
});

it("books are made again as they were although a sealer was killed within a stretch of which a line came afterwards", async () => {
  const { was, is } = await staged({ deliveries: undelivered }, async (made, actor) => {
    await actor.press({ act: "post", draft: drafts.payOut("a", "m1", 10) });
    await made.world.sleep(1_000);
    await actor.press({ act: "post", draft: drafts.payOut("b", "m1", 10) });
    await emitLines(made.db, [made.image("a")]);
    await made.world.sleep(240_000);
    await killedAfter(made, 1);
    await emitLines(made.db, [made.image("b")]);
    await made.settle();
    return rebuilt(made);
  });
  expect(is).toEqual(was);
});

/** A sealer's run that ends when it has written so many segments. */
async function killedAfter(made: Scene, segments: number): Promise<void> {
  const { attempt } = made.db;
  made.db.attempt = async (...of) => {
    if (made.books.segments.length === segments) throw new Crashed("killed");
    return attempt(...of);
  };
  await made.seal();
  made.db.attempt = attempt;
}
