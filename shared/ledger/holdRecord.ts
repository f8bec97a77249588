import type { Item, Key, Part } from "#shared/platform/database.ts";
import { Refusal } from "#shared/platform/problem.ts";
import type { Instant } from "#shared/platform/time.ts";
import type { Capture } from "./model.ts";
import { ledgerProblems } from "./problems.ts";

/** A hold's record, which stays when it is over: an id names one hold for ever. */
export interface HoldRecord {
  holdId: string;
  account: string;
  amountFen: number;
  until: Instant;
  state: "held" | "captured" | "released";
}

export const holdKey = (holdId: string): Key => ({ pk: `HOLD#${holdId}`, sk: "HOLD" });
export const recordOf = (holdId: string, item: Item): HoldRecord =>
  ({ ...item, holdId }) as unknown as HoldRecord;

/** Ends a hold in one of two ways, once. */
export const endPart = (holdId: string, state: "captured" | "released"): Part => ({
  table: "accounts",
  write: {
    Update: {
      Key: holdKey(holdId),
      UpdateExpression: "SET #state = :over",
      ConditionExpression: "#state = :held",
      ExpressionAttributeNames: { "#state": "state" },
      ExpressionAttributeValues: { ":over": state, ":held": "held" },
    },
  },
  refused: (item) => new Refusal(item ? ledgerProblems.holdOver : ledgerProblems.holdUnknown),
});

export const capturePart = ({ holdId }: Capture): Part => endPart(holdId, "captured");
