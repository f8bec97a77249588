import { actorOf } from "#shared/audit/actor.ts";
import { auditEntry, auditPart } from "#shared/audit/log.ts";
import type { Caller } from "#shared/platform/caller.ts";
import type { Part } from "#shared/platform/database.ts";
import { newId } from "#shared/platform/ids.ts";
import type { Proposal } from "./act.ts";
import { type Approval, planProposal } from "./store.ts";

/** An act as it is put before a second person: nothing of it is done until then. */
export async function proposalOf(proposal: Proposal, caller: Caller, now: Date): Promise<Approval> {
  const approvalId = newId("apv");
  const maker = await actorOf(caller);
  return { ...proposal, approvalId, maker, madeAt: now.toISOString(), status: "pending-approval" };
}

/** The parts that put it before them, and a line in the audit log. */
export function propose(approval: Approval, caller: Caller, now: Date): Part[] {
  const { approvalId, act, subject, maker, reason } = approval;
  const of = { actor: maker, action: `${act}.asked`, subject, facts: { approvalId, reason } };
  return [planProposal(approval), auditPart(auditEntry(caller, of, now))];
}
