import { type Audit, Auditor } from "#shared/ledger/audit.ts";
import type { AuditPosition } from "#shared/ledger/auditPosition.ts";
import type { Database } from "#shared/platform/database.ts";
import { identities } from "./chart.ts";
import type { Scene } from "./scene.ts";
import { isAway } from "./stream.ts";

/** An audit to its end, in calls that each look at so much; between them its position is kept as text. */
export async function audit(db: Database, budget = Number.POSITIVE_INFINITY, now?: string): Promise<Audit> {
  let position: AuditPosition | undefined;
  const counts = { entries: 0, segments: 0, emitted: 0 };
  while (true) {
    const auditor = await Auditor.from(db, identities, position, now);
    const { first, ...done } = await auditor.run(budget);
    for (const name of ["entries", "segments", "emitted"] as const) counts[name] += done[name];
    position = JSON.parse(JSON.stringify(done.position)) as AuditPosition;
    if (first || position.stage === "done") return { position, ...counts, ...(first && { first }) };
  }
}

/** A batch whose delivery failed has come again by then. */
const AGAIN_MS = 15_000;
const LOOKS = 4;

/**
 * An audit while everything goes on, which finds nothing wrong in what is on its way: page after page, with pauses
 * in which more is posted and sealed. What is found just when a line comes is looked at again: see halfway.test.ts.
 */
export async function auditedMeanwhile({ db, world, oracle }: Scene, pauseMs: number): Promise<void> {
  const budget = world.random() < 0.5 ? Number.POSITIVE_INFINITY : 1 + Math.floor(world.random() * 8);
  let position: AuditPosition | undefined;
  let looks = 0;
  while (position?.stage !== "done") {
    try {
      const auditor = await Auditor.from(db, identities, position);
      const { first, ...done } = await auditor.run(budget);
      looks = first ? looks + 1 : 0;
      oracle.tell(looks < LOOKS, () => `an audit meanwhile found ${JSON.stringify(first)}`);
      if (looks === LOOKS) return;
      position = JSON.parse(JSON.stringify(done.position)) as AuditPosition;
      if (first) await world.sleep(AGAIN_MS);
    } catch (error) {
      if (!isAway(error)) throw error;
    }
    await world.sleep(world.random() * pauseMs);
  }
}

/** What came to rest is verified whole, and nothing is found. */
export async function audited(scene: Scene, budget?: number): Promise<void> {
  const { first, entries, emitted } = await audit(
    scene.db,
    budget,
    new Date(scene.world.now()).toISOString(),
  );
  scene.oracle.tell(first === undefined, () => `the audit found ${JSON.stringify(first)}`);
  if (first) return;
  const posted = scene.oracle.entries.size;
  scene.oracle.tell(entries === posted, () => `the audit saw ${entries} of ${posted} entries`);
  scene.oracle.tell(emitted === 0, () => `the audit had to tell of ${emitted} entries`);
}
