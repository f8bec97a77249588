import { noteCompleted, verify } from "#shared/accounting/audits.ts";
import { accountingRoutes } from "#shared/accounting/contract.ts";
import type { AuditPosition } from "#shared/ledger/audit.ts";
import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import { operation } from "#shared/platform/operation.ts";

/** Entries and accounts of one call, which ends well before the gateway's thirty seconds. */
const AT_ONCE = 2_000;
const scope = ["verifyLedger"];

interface Progress {
  position?: AuditPosition;
  entries: number;
  segments: number;
  emitted: number;
}

/** Recomputes the books step by step; a fault stops money and is told to the people on call. */
export const verifyLedger = operation(accountingRoutes.verifyLedger)(async ({ body }) => {
  const before = (await readCursor(scope, body.next)) as Progress | undefined;
  const audit = await verify(before?.position, AT_ONCE);
  const entries = (before?.entries ?? 0) + audit.entries;
  const segments = (before?.segments ?? 0) + audit.segments;
  const emitted = (before?.emitted ?? 0) + audit.emitted;
  const { position, first: firstFault } = audit;
  const complete = position.stage === "done";
  if (complete && !firstFault) await noteCompleted(position, entries);
  const next = complete || firstFault ? undefined : { position, entries, segments, emitted };
  const counts = { entriesChecked: entries, segmentsChecked: segments, stage: position.stage, emitted };
  const ok = firstFault === undefined;
  return { status: 200, body: { ok, complete, ...counts, firstFault, next: await signCursor(scope, next) } };
});
