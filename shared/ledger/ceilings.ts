import type { Part } from "#shared/platform/database.ts";
import { Refusal } from "#shared/platform/problem.ts";
import type { Ceiling } from "./model.ts";
import { ledgerProblems } from "./problems.ts";

/**
 * Counts up to a cap that whoever posts names, since a cap is policy and changes; what was used stays. Several
 * entries may meet at one ceiling at a time, so it is a sum and not a version.
 */
export const ceilingPart = ({ name, limitFen, byFen }: Ceiling): Part => ({
  table: "accounts",
  write: {
    Update: {
      Key: { pk: `CEILING#${name}`, sk: "USED" },
      UpdateExpression: "ADD used :by",
      ...(byFen > 0 && {
        ConditionExpression:
          byFen <= limitFen ? "attribute_not_exists(pk) OR used <= :room" : "used <= :room",
      }),
      ExpressionAttributeValues: { ":by": byFen, ...(byFen > 0 && { ":room": limitFen - byFen }) },
    },
  },
  refused: () => new Refusal(ledgerProblems.ceilingExceeded),
});
