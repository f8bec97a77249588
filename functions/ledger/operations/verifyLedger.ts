import { newPass, noteCompleted, verify } from "#shared/accounting/audits.ts";
import { accountingRoutes } from "#shared/accounting/contract.ts";
import type { AuditPosition } from "#shared/ledger/auditPosition.ts";
import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import { operation } from "#shared/platform/operation.ts";

/** Entries and accounts of one call, which ends well before the gateway's thirty seconds. */
const AT_ONCE = 2_000;
const scope = ["verifyLedger"];

interface Progress {
  position?: AuditPosition;
  segments: number;
  pass: ReturnType<typeof newPass>;
}

/** Recomputes the books step by step; a fault stops money and is told to the people on call. */
export const verifyLedger = operation(accountingRoutes.verifyLedger)(async ({ body }) => {
  const found = (await readCursor(scope, body.next)) as Progress | undefined;
  const {
    position: from,
    segments: seen,
    pass,
  } = found ?? { position: undefined, segments: 0, pass: newPass() };
  const { position, first: firstFault, ...audit } = await verify(from, AT_ONCE);
  const segments = seen + audit.segments;
  const soFar = { ...pass, entries: pass.entries + audit.entries, emitted: pass.emitted + audit.emitted };
  const complete = position.stage === "done";
  if (complete && !firstFault) await noteCompleted(position, soFar);
  const next = complete || firstFault ? undefined : { position, segments, pass: soFar };
  const { entries: entriesChecked, emitted } = soFar;
  const counts = { entriesChecked, segmentsChecked: segments, stage: position.stage, emitted };
  const ok = firstFault === undefined;
  return { status: 200, body: { ok, complete, ...counts, firstFault, next: await signCursor(scope, next) } };
});
