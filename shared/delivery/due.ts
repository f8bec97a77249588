import { createHash } from "node:crypto";
import type { Item } from "#shared/platform/database.ts";
import type { Instant } from "#shared/platform/time.ts";

/** What is delivered to the outside by a queue, each kind in index partitions of its own. */
export type DueKind = "NOTICES" | "WEBHOOKS";

/** An index partition takes a thousand writes a second, and a cancelled event is told to thousands at once. */
const SHARDS = 8;

export const duePartitions = (kind: DueKind): string[] =>
  Array.from({ length: SHARDS }, (_, shard) => `${kind}#${shard}`);

/** Where something stands in the index `byPending` until it is tried at `dueAt`. */
export const dueEntry = (kind: DueKind, id: string, dueAt: Instant) => ({
  pending: `${kind}#${(createHash("sha256").update(id).digest()[0] ?? 0) % SHARDS}`,
  pendingSort: `${dueAt}#${id}`,
});

/** It was posted before under the same name: whoever posts it again has done so already. */
export class AlreadyPosted extends Error {
  override readonly name = "AlreadyPosted";
}

/**
 * When the next attempt is due after so many were made, or `undefined` when there is none.
 * @param pauses minutes after the first, the second, ... attempt
 */
export function retryAt(attempts: number, pauses: readonly number[], now: Date): Instant | undefined {
  const pause = pauses[attempts - 1];
  return pause === undefined ? undefined : new Date(now.getTime() + pause * 60_000).toISOString();
}

/**
 * Until when an attempt that begins now may be under way before another takes it over: as long as the pause after it,
 * so that one whose outcome nobody wrote down is the next attempt at its time.
 */
export const leaseUntil = (attempts: number, pauses: readonly number[], now: Date): Instant =>
  retryAt(Math.min(attempts, pauses.length), pauses, now) ?? now.toISOString();

export interface Sweeping {
  /** What the index shows as due; it may lag, so each must be read again. */
  due(): Promise<Item[]>;
  work(item: Item): Promise<void>;
  atOnce: number;
  /** Milliseconds after which nothing more is begun; the next tick goes on. */
  forMs: number;
}

/**
 * Works on what is due until none is left that was not seen, or the time is over. What fails does not hold the others
 * up. Answers how much was looked at, and why some failed.
 */
export async function sweep({
  due,
  work,
  atOnce,
  forMs,
}: Sweeping): Promise<{ handled: number; failures: unknown[] }> {
  const until = performance.now() + forMs;
  const seen = new Set<string>();
  const failures: unknown[] = [];
  const unseen = ({ pk, sk }: Item) => !seen.has(`${String(pk)}\n${String(sk)}`);
  for (;;) {
    const left = (await due()).filter(unseen).values();
    const before = seen.size;
    const worker = async () => {
      for (const item of left) {
        if (performance.now() >= until) return;
        seen.add(`${String(item["pk"])}\n${String(item["sk"])}`);
        await work(item).catch((error: unknown) => failures.push(error));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    if (seen.size === before || performance.now() >= until) return { handled: seen.size, failures };
  }
}
