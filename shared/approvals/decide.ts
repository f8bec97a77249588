import { createHash } from "node:crypto";
import { actorOf } from "#shared/audit/actor.ts";
import { auditEntry, auditPart } from "#shared/audit/log.ts";
import type { Caller } from "#shared/platform/caller.ts";
import { canonical } from "#shared/platform/canonical.ts";
import type { Item } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { type RequestKey, recall, remember } from "#shared/platform/remember.ts";
import { actNamed } from "./acts.ts";
import type { ApprovalView } from "./contract.ts";
import { approvalProblems } from "./problems.ts";
import { type Approval, findApproval, planDecision } from "./store.ts";

/** Names a request with what it would change, as it stands at that moment. */
const hashOf = ({ approvalId, act, subject, reason, payload }: Approval, change: Item): string =>
  createHash("sha256")
    .update(canonical({ approvalId, act, subject, reason, payload, change }))
    .digest("base64url");

/** What would change, or why it can no longer be done. */
async function changeOf(
  approval: Approval,
): Promise<{ change: { before: Item; after: Item }; refusal?: Refusal }> {
  try {
    return { change: await actNamed(approval.act).preview(approval) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { change: { before: {}, after: { refused: error.problem.slug } }, refusal: error };
  }
}

/** What a reader sees: of a pending request how things stand now, of a decided one how they stood then. */
export async function approvalView(approval: Approval): Promise<ApprovalView> {
  const { payload: _, before, after, ...shown } = approval;
  const change = before && after ? { before, after } : (await changeOf(approval)).change;
  const { title } = actNamed(approval.act);
  return { ...shown, ...change, title, requestHash: hashOf(approval, change) };
}

export async function approvalOrRefuse(approvalId: string): Promise<Approval> {
  const approval = await findApproval(approvalId);
  if (!approval) throw new Refusal(problems.notFound);
  return approval;
}

interface Decision {
  caller: Caller;
  approvalId: string;
  requestHash: string;
  reason?: string | undefined;
  now: Date;
  key: RequestKey;
}

/** Decides once; the same request again answers what it decided. */
export async function decide(verdict: "approved" | "rejected", asked: Decision): Promise<ApprovalView> {
  const remembered = await recall<ApprovalView>(asked.key);
  if (remembered) return remembered;
  const { approvalId } = asked;
  const approval = await approvalOrRefuse(approvalId);
  const checker = await actorOf(asked.caller);
  if (checker === approval.maker) throw new Refusal(approvalProblems.fourEyes);
  if (approval.status !== "pending-approval") throw new Refusal(approvalProblems.alreadyDecided);
  const { change, refusal } = await changeOf(approval);
  if (asked.requestHash !== hashOf(approval, change)) throw new Refusal(approvalProblems.requestChanged);
  // What can no longer be done can still be rejected.
  if (refusal && verdict === "approved") throw refusal;
  const decided: Approval = {
    ...approval,
    ...change,
    status: verdict,
    checker,
    decidedAt: asked.now.toISOString(),
    ...(asked.reason !== undefined && { decisionReason: asked.reason }),
  };
  const view = await approvalView(decided);
  const audited = auditEntry(
    asked.caller,
    {
      actor: checker,
      action: `${approval.act}.${verdict}`,
      subject: approval.subject,
      facts: { approvalId },
    },
    asked.now,
  );
  const parts = [remember(asked.key, view), ...planDecision(decided), auditPart(audited)];
  try {
    if (verdict === "approved") await actNamed(approval.act).carryOut(decided, parts);
    else await dynamo.commit(parts);
  } catch (error) {
    // It may be this very request that was there first.
    const mine = await recall<ApprovalView>(asked.key);
    if (mine) return mine;
    throw error;
  }
  // What it does may have stood already: done by another's decision.
  const mine = await recall<ApprovalView>(asked.key);
  if (!mine) throw new Refusal(approvalProblems.alreadyDecided);
  return mine;
}
