import { type Audit, Auditor, type AuditPosition } from "#shared/ledger/audit.ts";
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
  pass?: AuditPosition;
  passEntries?: number;
  /** The last pass that came to its end and found nothing. */
  completed?: { at: string; throughSegment: number; entries: number };
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

const completedNow = ({ through }: AuditPosition, entries: number): NonNullable<AuditState["completed"]> => ({
  at: ledger.now().toISOString(),
  throughSegment: through.segment,
  entries,
});

/** Notes a pass over everything that found nothing. */
export async function noteCompleted(position: AuditPosition, entries: number): Promise<void> {
  await keepState({ ...(await auditState()), completed: completedNow(position, entries) });
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

/** Goes on with a verification for about so many entries, and reports what it finds. */
export async function verify(
  position: AuditPosition | undefined,
  budget: number,
  wanted?: "segments",
): Promise<Audit> {
  if (await isRebuilding()) throw new Refusal(ledgerProblems.booksRebuilding);
  const audit = await (await Auditor.from(db, identities, position)).run(budget, wanted);
  if (audit.first) await reportFault(audit.first);
  return audit;
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
  const audit = await verify(state.pass, budget);
  const entries = (state.passEntries ?? 0) + audit.entries;
  const ok = audit.first === undefined;
  const complete = ok && audit.position.stage === "done";
  const completed = complete ? completedNow(audit.position, entries) : state.completed;
  await keepState({
    fresh: chain,
    // A fault ends the pass: the next begins anew, when it is mended.
    ...(ok && !complete && { pass: audit.position, passEntries: entries }),
    ...(completed && { completed }),
  });
  return { ok, complete, segments: of.segments + audit.segments, entries: of.entries + audit.entries };
}
