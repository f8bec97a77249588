import type { Item, Key, Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { approvalProblems } from "./problems.ts";

export interface Approval {
  approvalId: string;
  act: string;
  subject: string;
  reason: string;
  /** What the act needs to be done. */
  payload: Item;
  maker: string;
  madeAt: string;
  status: "pending-approval" | "approved" | "rejected";
  /** How things stood and would have stood when it was decided. */
  before?: Item;
  after?: Item;
  checker?: string;
  decidedAt?: string;
  decisionReason?: string;
}

type List = "pending-approval" | "decided";
const keyIn = (list: List, approvalId: string): Key => ({ pk: `APPROVALS#${list}`, sk: approvalId });

const approvalOf = ({ pk: _pk, sk: _sk, ...approval }: Item): Approval => approval as unknown as Approval;

export const planProposal = (approval: Approval): Part => ({
  table: "operations",
  write: {
    Put: {
      Item: { ...keyIn("pending-approval", approval.approvalId), ...approval },
      ConditionExpression: "attribute_not_exists(pk)",
    },
  },
  refused: () => new Refusal(approvalProblems.alreadyDecided),
});

/** Takes it off the list of what waits, so that of two who decide at once one is first. */
export const planDecision = (decided: Approval): Part[] => [
  {
    table: "operations",
    write: {
      Delete: {
        Key: keyIn("pending-approval", decided.approvalId),
        ConditionExpression: "attribute_exists(pk)",
      },
    },
    refused: () => new Refusal(approvalProblems.alreadyDecided),
  },
  {
    table: "operations",
    write: { Put: { Item: { ...keyIn("decided", decided.approvalId), ...decided } } },
  },
];

export async function findApproval(approvalId: string): Promise<Approval | undefined> {
  const lists = ["pending-approval", "decided"] as const;
  const found = await dynamo.getMany(
    lists.map((list) => ({ table: "operations", key: keyIn(list, approvalId), consistent: true })),
  );
  const item = found.find((one) => one !== undefined);
  return item && approvalOf(item);
}

/** Latest first. */
export async function listApprovals(
  list: List,
  limit: number,
  after: Item | undefined,
): Promise<{ approvals: Approval[]; next: Item | undefined }> {
  const { items, next } = await dynamo.query({
    table: "operations",
    partition: `APPROVALS#${list}`,
    limit,
    descending: true,
    consistent: true,
    ...(after && { after }),
  });
  return { approvals: items.map(approvalOf), next };
}
