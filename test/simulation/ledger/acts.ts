import { freeze, hold, release, unfreeze } from "#shared/ledger/holds.ts";
import { findEntry } from "#shared/ledger/journal.ts";
import type { Account, Draft } from "#shared/ledger/model.ts";
import { readMoneyMode, resumePart, stopMoney } from "#shared/ledger/moneyMode.ts";
import { closedPart, closingPart, readPeriod } from "#shared/ledger/periods.ts";
import { post } from "#shared/ledger/post.ts";
import { ledgerProblems } from "#shared/ledger/problems.ts";
import { draftReversal, readReversed } from "#shared/ledger/reversals.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { World } from "#simulation/world.ts";
import { Scene, type Setting } from "./scene.ts";
import { isAway } from "./stream.ts";

/** What somebody wants of the ledger, as data, so that it can be said again. */
export type Act =
  | { act: "post"; draft: Draft }
  /** A share of every leg, or all that is left. */
  | { act: "reverse"; id: string; of: string; share?: number; businessDate?: string }
  | { act: "hold"; id: string; account: Account; amountFen: number; forMs: number }
  | { act: "release"; id: string; account: Account }
  | { act: "freeze" | "unfreeze"; item: string }
  | { act: "close" | "closed"; period: string }
  | { act: "stop" | "resume" };

const PATIENCE = 80;

/** Asks again whatever could not be settled, as a person with a bad line does, or a job that is started anew. */
export async function insist<T>(world: World, work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isAway(error) || tries >= PATIENCE) throw error;
      await world.sleep(50 + world.random() * 500);
    }
  }
}

/** Whoever acts on a scene; what was once drafted is asked again in the same words. */
export class Actor {
  readonly #scene: Scene;
  readonly #drafted = new Map<string, Draft>();
  readonly #letGo = new Set<number>();
  /** What of the entries asked for was told to be posted, and what to be refused. */
  readonly #told = { done: new Set<string>(), refused: new Set<string>() };

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** Does it until it is known what became of it: `done`, or the slug of the refusal. */
  async press(act: Act): Promise<string> {
    const told = await insist(this.#scene.world, () => this.#once(act));
    const id = act.act === "post" ? act.draft.journalId : act.act === "reverse" ? act.id : undefined;
    if (id !== undefined) this.#told[told === "done" ? "done" : "refused"].add(id);
    return told;
  }

  /** What was only ever told to be refused was never posted. */
  end(): void {
    const { oracle } = this.#scene;
    for (const id of this.#told.refused.difference(this.#told.done))
      oracle.tell(!oracle.entries.has(id), () => `${id} was told to be refused and is posted`);
  }

  async #once(act: Act): Promise<string> {
    try {
      await this.#perform(act);
      return "done";
    } catch (error) {
      if (error instanceof Refusal) return error.problem.slug;
      throw error;
    }
  }

  async #perform(act: Act): Promise<void> {
    const { ledger, db, oracle, now, world } = this.#scene;
    switch (act.act) {
      case "post":
        return this.#post(act.draft);
      case "reverse":
        return this.#post(this.#drafted.get(act.id) ?? (await this.#reversal(act)));
      case "hold": {
        const { id: holdId, account, amountFen, forMs } = act;
        const until = new Date(now().getTime() + forMs).toISOString();
        await hold(ledger, account, { holdId, amountFen, until });
        return oracle.tell(oracle.holds.has(holdId), () => `${holdId} was told to be held and is not`);
      }
      case "release":
        await release(ledger, act.account, act.id);
        return oracle.tell(
          oracle.holds.get(act.id)?.state === "released",
          () => `${act.id} was told to be released and is not`,
        );
      case "freeze":
        return freeze(ledger, act.item, { at: now().toISOString(), by: "court", reason: "order" });
      case "unfreeze":
        return unfreeze(ledger, act.item);
      case "close":
        if ((await readPeriod(db, act.period)).state !== "open") return undefined;
        return db.commit([closingPart(act.period, now(), "clerk")]);
      case "closed":
        if ((await readPeriod(db, act.period)).state === "closed") return undefined;
        // What the period comes to is reckoned meanwhile.
        await world.sleep(world.random() * 2_000);
        return db.commit([closedPart(act.period, now(), { segment: 1, entries: 1, totals: {} })]);
      case "stop":
        await stopMoney(db, { fault: "told", place: "here" }, now());
        return undefined;
      case "resume": {
        const stopped = await readMoneyMode(db);
        if (!stopped) return undefined;
        // Whoever decides looks at what was found; another stop may come by then.
        await world.sleep(world.random() * 4_000);
        await db.commit([resumePart(stopped.stop, () => new Refusal(ledgerProblems.moneyReadOnly))]);
        oracle.tell(!this.#letGo.has(stopped.stop), () => `stop ${stopped.stop} was let go twice`);
        this.#letGo.add(stopped.stop);
      }
    }
  }

  async #post(draft: Draft): Promise<void> {
    const { ledger, oracle } = this.#scene;
    this.#drafted.set(draft.journalId, draft);
    oracle.expect(draft);
    await post(ledger, draft);
    oracle.tell(
      oracle.entries.has(draft.journalId),
      () => `${draft.journalId} was told to be posted and is not`,
    );
  }

  async #reversal({ id, of, share, businessDate }: Act & { act: "reverse" }): Promise<Draft> {
    const { db } = this.#scene;
    const original = await findEntry(db, of);
    if (!original) throw new Refusal(ledgerProblems.entryUnknown);
    const amountsFen =
      share === undefined ? undefined : original.legs.map((leg) => Math.floor(leg.amountFen * share));
    const drafted = draftReversal(original, await readReversed(db, original), {
      journalId: id,
      source: { operation: "simulation", request: id },
      memo: "taken back",
      ...(amountsFen && { amountsFen }),
      ...(businessDate !== undefined && { businessDate }),
    });
    // Of two who draft the same, the first stays the draft.
    const standing = this.#drafted.get(id) ?? drafted;
    this.#drafted.set(id, standing);
    return standing;
  }
}

/** A scene in a world of its own, and somebody who acts on it. */
export function staged<T>(setting: Setting, play: (scene: Scene, actor: Actor) => Promise<T>): Promise<T> {
  const world = new World(1);
  return world.run(async () => {
    const scene = new Scene(world, setting);
    return play(scene, new Actor(scene));
  });
}
