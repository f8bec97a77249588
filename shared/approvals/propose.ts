import type { Part } from "#shared/platform/database.ts";
import { newId } from "#shared/platform/ids.ts";
import type { Proposal } from "./act.ts";
import { planProposal } from "./store.ts";

/** Puts an act before a second person: nothing of it is done until then. */
export function propose(
  proposal: Proposal,
  maker: string,
  now: Date,
): { approvalId: `apv_${string}`; part: Part } {
  const approvalId = newId("apv");
  const approval = { ...proposal, approvalId, maker, madeAt: now.toISOString() };
  return { approvalId, part: planProposal({ ...approval, status: "pending-approval" }) };
}
