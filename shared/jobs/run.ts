import { clock } from "#shared/platform/clock.ts";
import type { Item } from "#shared/platform/database.ts";
import { type Lease, LeaseLost, note, takeLease } from "./store.ts";

/** One step of a job: what it handled, and where the next begins; it was the last without one. */
export interface Step<Cursor> {
  handled: number;
  next?: Cursor;
}

interface Job<Cursor> {
  job: string;
  /** Seconds a step may take at most: who is silent for longer has lost its lease. */
  leaseSeconds: number;
  /** Milliseconds after which no new step begins; the next run goes on from there. */
  budgetMs: number;
  step(cursor: Cursor | undefined, lease: Lease): Promise<Step<Cursor>>;
}

/** `busy`: another is at it. `interrupted`: its time is over. `lost`: another took it over, and does the rest. */
export interface JobRun {
  outcome: "done" | "busy" | "interrupted" | "lost";
  handled: number;
}

/**
 * Does a job step by step under a lease with fencing (jobs.md): of two that run at once one works; one that is killed
 * is followed by another, which goes on where it was; one that comes to itself too late writes nothing any more. What
 * there is to do is found by how things stand, so that a tick may come twice, late or never.
 */
export async function runJob<Cursor extends Item>(of: Job<Cursor>): Promise<JobRun> {
  const { job, leaseSeconds, budgetMs, step } = of;
  const lease = await takeLease(job, clock.now(), leaseSeconds);
  if (!lease) return { outcome: "busy", handled: 0 };
  const until = performance.now() + budgetMs;
  let handled = 0;
  let cursor = lease.cursor as Cursor | undefined;
  try {
    for (;;) {
      const done = await step(cursor, lease);
      handled += done.handled;
      cursor = done.next;
      const now = clock.now();
      if (!cursor) {
        await note(lease, { completedAt: now.toISOString() });
        return { outcome: "done", handled };
      }
      const over = performance.now() >= until;
      const held = over ? now : new Date(now.getTime() + leaseSeconds * 1_000);
      await note(lease, { cursor, until: held.toISOString() });
      if (over) return { outcome: "interrupted", handled };
    }
  } catch (error) {
    if (error instanceof LeaseLost) return { outcome: "lost", handled };
    throw error;
  }
}
