import type { Database, Item, Key, Part } from "#shared/platform/database.ts";
import { Refusal } from "#shared/platform/problem.ts";
import type { Instant } from "#shared/platform/time.ts";
import { ledgerProblems } from "./problems.ts";

/** Where the books do not say what the journal says, or a rule of theirs is broken. */
export interface Fault {
  /** `entry-altered`, `balance-differs`, … */
  fault: string;
  /** The item or account, as its reader can find it. */
  place: string;
  expected?: string;
  found?: string;
}

export interface ReadOnly {
  since: Instant;
  first: Fault;
  /** Rises with each stop, so that a decision to go on cannot lift a later one. */
  stop: number;
}

const key: Key = { pk: "FLAG#money-read-only", sk: "FLAG" };
const KNOWN_MS = 5_000;

export async function readMoneyMode(db: Database): Promise<ReadOnly | undefined> {
  const item = await db.get({ table: "accounts", key, consistent: true });
  return item?.["readOnly"] ? (item as unknown as ReadOnly) : undefined;
}

/** Refuses `money-read-only` from at most five seconds after the stop on. One reading serves a whole environment. */
export function moneyGate(db: Database, now: () => Date): () => Promise<void> {
  let known: { at: number; readOnly: boolean } | undefined;
  return async () => {
    const at = now().getTime();
    if (!known || at - known.at >= KNOWN_MS || at < known.at)
      known = { at, readOnly: (await readMoneyMode(db)) !== undefined };
    if (known.readOnly) throw new Refusal(ledgerProblems.moneyReadOnly, { retryAfterSeconds: 300 });
  };
}

/** Stops everything that posts. What was found first stays named. Answers whether it was this that stopped it. */
export async function stopMoney(db: Database, first: Fault, now: Date): Promise<boolean> {
  const failed = await db.attempt([
    {
      table: "accounts",
      write: {
        Update: {
          Key: key,
          UpdateExpression: "SET readOnly = :yes, #first = :first, since = :since ADD stop :one",
          ConditionExpression: "attribute_not_exists(readOnly) OR readOnly = :no",
          ExpressionAttributeNames: { "#first": "first" },
          ExpressionAttributeValues: {
            ":yes": true,
            ":no": false,
            ":first": first,
            ":since": now.toISOString(),
            ":one": 1,
          },
        },
      },
    },
  ]);
  return failed.size === 0;
}

/** Lets money move again after this stop. `refused` says what it means when another stop came meanwhile. */
export const resumePart = (stop: number, refused: (standing: Item | undefined) => Error): Part => ({
  table: "accounts",
  write: {
    Update: {
      Key: key,
      UpdateExpression: "SET readOnly = :no",
      ConditionExpression: "stop = :stop AND readOnly = :yes",
      ExpressionAttributeValues: { ":no": false, ":stop": stop, ":yes": true },
    },
  },
  refused,
});
