import { type Audit, Auditor } from "#shared/ledger/audit.ts";
import type { AuditPosition } from "#shared/ledger/auditPosition.ts";
import { readOne, readWatermark } from "#shared/ledger/books.ts";
import type { Chain } from "#shared/ledger/checks.ts";
import type { Identity } from "#shared/ledger/identities.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import { type Fault, stopMoney } from "#shared/ledger/moneyMode.ts";
import { ledgerProblems } from "#shared/ledger/problems.ts";
import { log } from "#shared/platform/logger.ts";
import { tellOnCall } from "#shared/platform/page.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { isRebuilding } from "./rebuilding.ts";

/** What contexts state of their accounts; each adds its own. */
export const identities: readonly Identity[] = [];

const { db } = ledger;

/** New entries verified in one run; what is left is the next run's. */
const AT_ONCE = 50_000;

/** How far the continuous audit is. */
export interface AuditState {
  /** The end of the chain that was verified when it was new. */
  fresh?: Chain;
  /** The pass over everything that is under way. */
  pass?: { position: AuditPosition; soFar: PassSoFar };
  /** The last pass that came to its end and found nothing. */
  completed?: PassSoFar & { at: string; throughSegment: number };
}

interface PassSoFar {
  begunAt: string;
  entries: number;
  /** Entries that the sealer had not been told of, and now is. */
  emitted: number;
}

const key = { pk: "AUDIT", sk: "AUDIT" };

export async function auditState(): Promise<AuditState> {
  const { pk: _pk, sk: _sk, ...state } = (await readOne(db, key)) ?? {};
  return state as AuditState;
}

/** Two runs at once at worst verify something twice. */
async function keepState(state: AuditState): Promise<void> {
  await db.writeHints("books", [{ ...key, ...state }], []);
}

const completedNow = (
  { through }: AuditPosition,
  soFar: PassSoFar,
): NonNullable<AuditState["completed"]> => ({
  ...soFar,
  at: ledger.now().toISOString(),
  throughSegment: through.segment,
});

/** Notes a pass over everything that found nothing. */
export async function noteCompleted(position: AuditPosition, soFar: PassSoFar): Promise<void> {
  await keepState({ ...(await auditState()), completed: completedNow(position, soFar) });
}

/** Nothing posts from here on, and the people on call are told where the first fault is. */
export async function reportFault(fault: Fault): Promise<void> {
  log("ledger-broken", { fault: fault.fault, place: fault.place });
  if (!(await stopMoney(db, fault, ledger.now()))) return;
  const differs = fault.expected === undefined ? "" : `\nexpected ${fault.expected}, found ${fault.found}`;
  await tellOnCall({
    subject: `Leyun: the ledger is broken, money is read-only (${fault.fault})`,
    text: `${fault.fault} at ${fault.place}${differs}\nRunbook: docs/runbooks/alarms.md, ledger-broken`,
  });
}

/** Milliseconds until a fault is looked at again. */
const SECOND_LOOK_MS = 1_000;

/**
 * Goes on with a verification for about so many entries, and reports what it finds. A line and its mark are two
 * writes, and a fault stops everybody's money: it is one only when a second look finds it too.
 */
export async function verify(
  position: AuditPosition | undefined,
  budget: number,
  wanted?: "segments",
): Promise<Audit> {
  if (await isRebuilding()) throw new Refusal(ledgerProblems.booksRebuilding);
  const look = async (from: AuditPosition | undefined) =>
    (await Auditor.from(db, identities, from, ledger.now().toISOString())).run(budget, wanted);
  const audit = await look(position);
  if (!audit.first) return audit;
  await ledger.pace.sleep(SECOND_LOOK_MS);
  const again = await look(audit.position);
  if (again.first) await reportFault(again.first);
  return {
    ...again,
    entries: audit.entries + again.entries,
    segments: audit.segments + again.segments,
    emitted: audit.emitted + again.emitted,
  };
}

/** Verifies what was sealed since the last time, segment by segment. */
async function verifyFresh({ fresh }: AuditState): Promise<{ chain: Chain; audit?: Audit }> {
  const watermark = await readWatermark(db);
  const chain = fresh ?? { number: 0, hash: "", numbers: {} };
  if (!watermark || watermark.segment <= chain.number) return { chain };
  const { segment, until } = watermark;
  const begin = { through: { segment, until }, chain, stage: "segments" } as const;
  const audit = await verify(begin, AT_ONCE, "segments");
  return { chain: audit.position.chain, audit };
}

/** What one run of the continuous audit looked at. */
export interface AuditRun {
  /** Nothing was found; not so either while the books are being rebuilt. */
  ok: boolean;
  /** The pass over everything came to its end. */
  complete: boolean;
  segments: number;
  entries: number;
}

export const newPass = (): PassSoFar => ({
  begunAt: ledger.now().toISOString(),
  entries: 0,
  emitted: 0,
});

/**
 * One run of the continuous audit: first what is new, then on with the pass over everything, from the first entry
 * ever to the last, again and again.
 */
export async function auditOn(budget: number): Promise<AuditRun> {
  if (await isRebuilding()) return { ok: false, complete: false, segments: 0, entries: 0 };
  const state = await auditState();
  const { chain, audit: fresh } = await verifyFresh(state);
  const of = { segments: fresh?.segments ?? 0, entries: fresh?.entries ?? 0 };
  if (fresh?.first) return { ok: false, complete: false, ...of };
  const before = state.pass?.soFar ?? newPass();
  const audit = await verify(state.pass?.position, budget);
  const soFar = {
    ...before,
    entries: before.entries + audit.entries,
    emitted: before.emitted + (fresh?.emitted ?? 0) + audit.emitted,
  };
  const ok = audit.first === undefined;
  const complete = ok && audit.position.stage === "done";
  const completed = complete ? completedNow(audit.position, soFar) : state.completed;
  await keepState({
    fresh: chain,
    // A fault ends the pass: the next begins anew, when it is mended.
    ...(ok && !complete && { pass: { position: audit.position, soFar } }),
    ...(completed && { completed }),
  });
  return { ok, complete, segments: of.segments + audit.segments, entries: of.entries + audit.entries };
}
