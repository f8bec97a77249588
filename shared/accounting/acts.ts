import type { Act } from "#shared/approvals/act.ts";
import type { Approval } from "#shared/approvals/store.ts";
import { checkDraft, findEntry } from "#shared/ledger/journal.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import type { Draft, Entry } from "#shared/ledger/model.ts";
import { readMoneyMode, resumePart } from "#shared/ledger/moneyMode.ts";
import { refuseClosed } from "#shared/ledger/periods.ts";
import { planOn, post, readGuards } from "#shared/ledger/post.ts";
import { ledgerProblems } from "#shared/ledger/problems.ts";
import { draftReversal, leftFen, type Reversed, readReversed } from "#shared/ledger/reversals.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { businessDate } from "#shared/platform/time.ts";
import { auditState } from "./audits.ts";

interface ReversalPayload {
  journalId: string;
  amountsFen: readonly number[];
  businessDate?: string;
}

/** What shall be reversed, in figures: what is left may be less when it is decided, and then it is not this any more. */
export async function reversalOf(
  journalId: string,
  asked: { amountsFen?: readonly number[] | undefined; businessDate?: string | undefined },
): Promise<ReversalPayload> {
  const original = await findEntry(ledger.db, journalId);
  if (!original) throw new Refusal(ledgerProblems.entryUnknown);
  const { amountsFen = leftFen(original, await readReversed(ledger.db, original)), businessDate } = asked;
  return { journalId, amountsFen, ...(businessDate !== undefined && { businessDate }) };
}

/** The reversal that an approval stands for, on the entry as it is. */
async function reversalDraft(
  approval: Pick<Approval, "approvalId" | "reason" | "maker" | "payload">,
): Promise<{ original: Entry; reversed: Reversed; draft: Draft }> {
  const { journalId, ...rest } = approval.payload as unknown as ReversalPayload;
  const original = await findEntry(ledger.db, journalId);
  if (!original) throw new Refusal(ledgerProblems.entryUnknown);
  const reversed = await readReversed(ledger.db, original);
  const draft = draftReversal(original, reversed, {
    journalId: `reversal:${approval.approvalId}`,
    memo: approval.reason,
    source: { operation: "reverseEntry", request: approval.approvalId, actor: approval.maker },
    ...rest,
  });
  return { original, reversed, draft };
}

/** Refuses now what would be refused when it is decided, so that nobody is asked for the impossible. */
export async function previewReversal(
  approval: Pick<Approval, "approvalId" | "reason" | "maker" | "payload">,
) {
  const { original, reversed, draft } = await reversalDraft(approval);
  checkDraft(draft);
  const now = ledger.now();
  const { entry } = planOn(draft, await readGuards(ledger, draft), now, now);
  await refuseClosed(ledger.db, entry.businessDate, businessDate(now));
  const left = leftFen(original, reversed);
  const legs = original.legs.map(({ account, side, amountFen }, at) => ({
    account,
    side,
    amountFen,
    leftFen: left[at] ?? 0,
  }));
  const after = legs.map((leg) => {
    const taken = draft.legs.find(({ account, side }) => account.id === leg.account && side === leg.side);
    return { ...leg, leftFen: leg.leftFen + (taken?.amountFen ?? 0) };
  });
  return { before: { legs }, after: { legs: after, businessDate: entry.businessDate } };
}

/** 红字冲销: an entry is taken back in whole or in part. */
export const reversal: Act = {
  name: "ledger.reversal",
  title: { zh: "红字冲销分录", en: "Reverse an entry" },
  preview: previewReversal,
  async carryOut(approval, decision) {
    const { draft } = await reversalDraft(approval);
    await post(ledger, draft, decision);
  },
};

/** The stop that a request is about; refuses when there is none, or when nothing was verified since. */
export async function previewResumption({ payload }: Pick<Approval, "payload">) {
  const mode = await readMoneyMode(ledger.db);
  const stop = payload["stop"] ?? mode?.stop;
  if (!mode || mode.stop !== stop) throw new Refusal(ledgerProblems.moneyNotStopped);
  const { completed } = await auditState();
  if (!completed || completed.begunAt <= mode.since) throw new Refusal(ledgerProblems.auditNotGreen);
  return { before: { money: "read-only", since: mode.since, first: mode.first }, after: { money: "open" } };
}

/** Money moves again after the auditor stopped it. */
export const resumption: Act = {
  name: "ledger.resumption",
  title: { zh: "恢复资金业务", en: "Let money move again" },
  preview: previewResumption,
  async carryOut({ payload }, decision) {
    const refused = () => new Refusal(ledgerProblems.moneyNotStopped);
    await ledger.db.commit([...decision, resumePart(Number(payload["stop"]), refused)]);
  },
};
