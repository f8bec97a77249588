import { proposalOf, propose } from "#shared/approvals/propose.ts";
import { actorOf } from "#shared/audit/actor.ts";
import { auditEntry, auditPart } from "#shared/audit/log.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import type { Caller } from "#shared/platform/caller.ts";
import { type RequestKey, recall, remember } from "#shared/platform/remember.ts";
import {
  type CaseDecision,
  carryOutDecision,
  caseOrRefuse,
  decidedCase,
  paymentCaseDecision,
  previewDecision,
} from "./cases.ts";
import { decisions } from "./decisions.ts";
import type { PaymentCase } from "./model.ts";

/** What became of somebody's decision: it waits for another's, or it is done. */
export type CaseAnswer = { approvalId: string } | { decided: PaymentCase };

interface Asking {
  asked: CaseDecision;
  reason: string;
  caller: Caller;
  key: RequestKey;
  now: Date;
}

/** Puts a decision before a second person, or does what needs none, once for its key. */
export async function askDecision({ asked, reason, caller, key, now }: Asking): Promise<CaseAnswer> {
  await previewDecision(asked);
  const { caseId, decision } = asked;
  if (decisions[decision].second) {
    const proposal = { act: paymentCaseDecision.name, subject: caseId, reason, payload: { ...asked } };
    const approval = await proposalOf(proposal, caller, now);
    const answer = { approvalId: approval.approvalId };
    await ledger.db.commit([remember(key, answer), ...propose(approval, caller, now)]);
    return answer;
  }
  const action = `${paymentCaseDecision.name}.${decision}`;
  const of = { actor: await actorOf(caller), action, subject: caseId, facts: { reason } };
  const answer = { decided: decidedCase(await caseOrRefuse(caseId), decision, now) };
  try {
    await carryOutDecision(asked, [remember(key, answer), auditPart(auditEntry(caller, of, now))]);
  } catch (error) {
    // It may be this very request that was there first.
    const mine = await recall<CaseAnswer>(key);
    if (mine) return mine;
    throw error;
  }
  return answer;
}
