import type { Part } from "#shared/platform/database.ts";
import type { Sent } from "#shared/platform/transact.ts";
import { crashed, unanswered } from "./calls.ts";
import { readUnits } from "./costs.ts";
import { type Engine, unitsOf } from "./engine.ts";
import { indexNeeds, type Judged, judge, keyOfPart } from "./judge.ts";
import { sdk } from "./latency.ts";
import type { Need } from "./partitions.ts";

/** For how long the store remembers a transaction by its token. */
const REMEMBERS_MS = 10 * 60_000;

const turnedAway = (why: string, at: readonly number[] = []): Sent => ({
  outcome: "conflict",
  at,
  cause: new Error(why),
});
const noAnswer = (): Sent => ({ outcome: "unknown", cause: unanswered() });

/** Tokens of transactions that were written, or are under way: they are executed once. */
class Tokens {
  /** When it was written, by token, oldest first; `undefined` while it is under way. */
  readonly #written = new Map<string, number | undefined>();

  state(token: string, now: number): "written" | "under way" | "new" {
    for (const [old, at] of this.#written) {
      if (at === undefined || at > now - REMEMBERS_MS) break;
      this.#written.delete(old);
    }
    if (!this.#written.has(token)) return "new";
    return this.#written.get(token) === undefined ? "under way" : "written";
  }

  begin(token: string): void {
    this.#written.set(token, undefined);
  }

  end(token: string, writtenAt: number | undefined): void {
    this.#written.delete(token);
    if (writtenAt !== undefined) this.#written.set(token, writtenAt);
  }
}

/** Sends transactions to the store of this engine: what {@link transact} is given. */
export function transactor(engine: Engine): (parts: readonly Part[], token: string) => Promise<Sent> {
  const { world, contents, costs, held } = engine;
  const tokens = new Tokens();
  const takes = (parts: readonly Part[]) =>
    engine.pass(({ transaction, perPart }) => transaction + perPart * parts.length);

  /** What was executed before is not executed again, but read. */
  function chargeReplay(parts: readonly Part[]): void {
    for (const part of parts)
      costs.rcu += 2 * readUnits(contents.get(part.table, keyOfPart(part))?.size ?? 0, true);
  }

  function end({ failed, invalid, changes }: Judged, onIndexes: readonly Need[], token: string): Sent {
    const isWritten = failed.size === 0 && !invalid;
    tokens.end(token, isWritten ? world.now() : undefined);
    if (failed.size > 0) {
      costs.cancelled += 1;
      return { outcome: "refused", failed };
    }
    if (invalid) throw invalid;
    engine.apply(changes, onIndexes);
    return { outcome: "committed" };
  }

  /** A transaction that reached the store. */
  async function execute(
    parts: readonly Part[],
    token: string,
    fault?: "throttle" | "conflict",
  ): Promise<Sent> {
    costs.transactions += 1;
    const state = tokens.state(token, world.now());
    if (state !== "new") {
      chargeReplay(parts);
      await takes(parts);
      return state === "written" ? { outcome: "committed" } : noAnswer();
    }
    const judged = judge(parts, contents, engine.options.without);
    const onIndexes = judged.failed.size > 0 || judged.invalid ? [] : indexNeeds(judged.changes);
    if (fault === "throttle") costs.throttled += 1;
    if (fault === "throttle" || !engine.admit([...judged.needs, ...onIndexes])) {
      await takes(parts);
      return turnedAway("the store is throttled");
    }
    // A cancelled transaction is charged like one that is written.
    costs.wcu += unitsOf(judged.needs);
    const met = judged.names.flatMap((name, index) => (held.has(name) ? [index] : []));
    if (fault === "conflict" || met.length > 0) {
      costs.conflicts += 1;
      await takes(parts);
      return turnedAway("another transaction holds an item", met);
    }
    if (!engine.options.latency) {
      const sent = end(judged, onIndexes, token);
      await takes(parts);
      return sent;
    }
    tokens.begin(token);
    for (const name of judged.names) held.add(name);
    await takes(parts);
    for (const name of judged.names) held.delete(name);
    return end(judged, onIndexes, token);
  }

  return async (parts, token) => {
    const fault = engine.fault("transact");
    switch (fault) {
      case undefined:
        return execute(parts, token);
      case "throttle":
      case "conflict":
        return execute(parts, token, fault);
      case "fails-before":
        await takes(parts);
        return noAnswer();
      case "answer-lost":
        await execute(parts, token);
        return noAnswer();
      case "timeout": {
        // A store slower than that goes on when nobody waits any more.
        const givenUp = world.sleep(sdk.timeout);
        const executed = engine.happens() ? execute(parts, token).then(() => givenUp) : givenUp;
        await Promise.race([executed, givenUp]);
        return noAnswer();
      }
      case "crash": {
        const gone = crashed(engine);
        await (engine.happens() ? execute(parts, token) : takes(parts));
        throw gone;
      }
    }
  };
}
