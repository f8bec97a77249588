import { type Key, type Query, type Read, type Scan, Unavailable } from "#shared/platform/database.ts";
import type { Change } from "./contents.ts";
import { readUnits, writeUnits } from "./costs.ts";
import { type Engine, unitsOf } from "./engine.ts";
import { type Call, Crashed } from "./faults.ts";
import { exactKey, indexNeeds } from "./judge.ts";
import { sdk } from "./latency.ts";
import type { Need } from "./partitions.ts";
import { CURRENT, type Stored } from "./tables.ts";
import { Invalid, nameOf } from "./values.ts";

/** The answer of a store that is too busy: whoever asked asks again. */
const THROTTLED = Symbol("throttled");
type Answer<T> = T | typeof THROTTLED;

export const unanswered = () => new Unavailable("the store did not answer");

export const crashed = ({ boundaries }: Engine) => new Crashed(`crashed at boundary ${boundaries}`);

/** One sending of anything but a transaction. */
async function sendOnce<T>(engine: Engine, call: Call, act: () => Answer<T>): Promise<Answer<T>> {
  const takes = () => engine.pass(({ single }) => single);
  const fault = engine.fault(call);
  switch (fault) {
    case undefined: {
      const answer = act();
      await takes();
      return answer;
    }
    case "throttle":
    case "conflict":
      engine.costs[fault === "throttle" ? "throttled" : "conflicts"] += 1;
      await takes();
      return THROTTLED;
    case "fails-before":
      await takes();
      throw unanswered();
    case "answer-lost":
      act();
      await takes();
      throw unanswered();
    case "timeout":
      if (engine.happens()) act();
      await engine.world.sleep(sdk.timeout);
      throw unanswered();
    case "crash": {
      const end = crashed(engine);
      if (engine.happens()) act();
      await takes();
      throw end;
    }
  }
}

/** Sends again what was throttled, as the SDK does. */
export async function send<T>(engine: Engine, call: Call, act: () => Answer<T>): Promise<T> {
  const { sleep, random } = engine.world;
  for (let attempt = 0; attempt < sdk.attempts; attempt += 1) {
    if (attempt > 0) await sleep(random() * sdk.throttledBackOff * 2 ** (attempt - 1));
    const answer = await sendOnce(engine, call, act);
    if (answer !== THROTTLED) return answer;
  }
  throw new Unavailable("the store is throttled");
}

/** The instant that a read sees: half of those that may be stale see now, the others a while ago. */
function asOf({ world, options: { staleMs = 0 } }: Engine, consistent: boolean): number {
  if (consistent || staleMs === 0 || world.random() < 0.5) return CURRENT;
  return world.now() - world.random() * staleMs;
}

/** Charges a read of so many bytes in each of these partitions. */
function charged(
  engine: Engine,
  consistent: boolean,
  reads: readonly { space: string; partition: string; bytes: number }[],
): boolean {
  const needs = reads.map(
    ({ bytes, ...place }): Need => ({ ...place, kind: "rcu", units: readUnits(bytes, consistent) }),
  );
  engine.costs.reads += 1;
  if (!engine.admit(needs)) return false;
  engine.costs.rcu += unitsOf(needs);
  return true;
}

/** Items by their keys; those that may be stale are so each for itself. */
export const readItems = (engine: Engine, call: Call, reads: readonly Read[], consistent: boolean) =>
  send(engine, call, (): Answer<(Stored | undefined)[]> => {
    const found = reads.map(({ table, key }) =>
      engine.contents.get(table, exactKey({ ...key }), asOf(engine, consistent)),
    );
    const sizes = reads.map(({ table, key }, at) => ({
      space: table,
      partition: key.pk,
      bytes: found[at]?.size ?? 0,
    }));
    return charged(engine, consistent, sizes) ? found : THROTTLED;
  });

/** One page of a query. */
export const readPage = (engine: Engine, call: Call, asked: Omit<Query, "limit">, limit: number) =>
  send(engine, call, () => {
    const { table, index, partition, consistent = false } = asked;
    if (index && consistent) throw new Invalid("an index has no consistent reads");
    const page = engine.contents.page(asked, limit, index ? CURRENT : asOf(engine, consistent));
    const bytes = page.found.reduce((sum, { size }) => sum + size, 0);
    const space = index ? `${table}.${index}` : table;
    return charged(engine, consistent, [{ space, partition, bytes }]) ? page : THROTTLED;
  });

/** One page of a scan, charged where it begins: most of it lies in one physical partition. */
export const readScan = (engine: Engine, call: Call, { table, after, limit }: Scan) =>
  send(engine, call, () => {
    const page = engine.contents.scan(table, after && exactKey(after), limit);
    const bytes = page.found.reduce((sum, { size }) => sum + size, 0);
    const partition = String(page.found[0]?.item["pk"] ?? "");
    return charged(engine, true, [{ space: table, partition, bytes }]) ? page : THROTTLED;
  });

/** Writes apart from transactions; they are turned away while a transaction holds one of the items. */
export const writeItems = (engine: Engine, call: Call, changing: () => readonly Change[]) =>
  send(engine, call, (): Answer<readonly Change[]> => {
    const changes = changing();
    engine.costs.writes += 1;
    if (changes.some(({ table, key }) => engine.held.has(nameOf(table, key)))) {
      engine.costs.conflicts += 1;
      return THROTTLED;
    }
    const needs = changes.map(
      ({ table, key, before, after }): Need => ({
        kind: "wcu",
        space: table,
        partition: key.pk,
        units: writeUnits(before?.size ?? 0, after?.size),
      }),
    );
    const onIndexes = indexNeeds(changes);
    if (!engine.admit([...needs, ...onIndexes])) return THROTTLED;
    engine.costs.wcu += unitsOf(needs);
    engine.apply(
      changes.filter(({ before, after }) => before ?? after),
      onIndexes,
    );
    return changes;
  });

/** The keys of one batch, of which DynamoDB takes each once. */
export function refuseTwice(table: string, keys: readonly Key[]): void {
  if (new Set(keys.map((key) => nameOf(table, key))).size < keys.length)
    throw new Invalid("a batch names an item twice");
}
