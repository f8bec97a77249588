import type { Database, Item, Key, Part } from "#shared/platform/database.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { type BusinessDate, type Instant, startOfBusinessDay } from "#shared/platform/time.ts";
import { type Period, periodOf } from "./model.ts";
import { ledgerProblems } from "./problems.ts";

/** `closing`: nothing more is dated into it, and what was dated before is still being sealed. */
export interface PeriodState {
  period: Period;
  state: "open" | "closing" | "closed";
  closingSince?: Instant;
  closedAt?: Instant;
  by?: string;
  /** At the close: the last segment counted, the last entry's number, and both sides of every book. */
  close?: { segment: number; entries: number; totals: Item };
}

/** After its last day a period gets what began before midnight, for as long as a posting may take. */
export const POSTING_SECONDS = 30;

export const isPeriod = (text: string): boolean => /^\d{4}-(0[1-9]|1[0-2])$/.test(text);

export const nextPeriod = (period: Period): Period => {
  const [year = 0, month = 0] = period.split("-").map(Number);
  return month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, "0")}`;
};

export const previousPeriod = (period: Period): Period => {
  const [year = 0, month = 0] = period.split("-").map(Number);
  return month === 1 ? `${year - 1}-12` : `${year}-${String(month - 1).padStart(2, "0")}`;
};

/** The instant at which its first day begins in Asia/Shanghai. */
export const startOf = (period: Period): Instant => startOfBusinessDay(`${period}-01`);

const keyOf = (period: Period): Key => ({ pk: "PERIODS", sk: period });

const stateOf = (period: Period, item: Item | undefined): PeriodState =>
  item ? ({ ...(item as object), period } as unknown as PeriodState) : { period, state: "open" };

export async function readPeriod(db: Database, period: Period): Promise<PeriodState> {
  return stateOf(period, await db.get({ table: "accounts", key: keyOf(period), consistent: true }));
}

/** Those that are closing or closed, latest first. */
export async function listClosed(db: Database): Promise<PeriodState[]> {
  const found: PeriodState[] = [];
  let after: Item | undefined;
  do {
    const asked = { table: "accounts", partition: "PERIODS", limit: 100, descending: true } as const;
    const page = await db.query({ ...asked, consistent: true, ...(after && { after }) });
    found.push(...page.items.map((item) => stateOf(String(item["sk"]), item)));
    after = page.next;
  } while (after);
  return found;
}

/**
 * Only a day of an earlier period needs its period's leave: what is dated with the day on which it began cannot
 * come after the close, which waits longer than a posting may take.
 */
export function openPeriodParts(dated: BusinessDate, today: BusinessDate): Part[] {
  if (periodOf(dated) === periodOf(today)) return [];
  return [
    {
      table: "accounts",
      write: {
        ConditionCheck: {
          Key: keyOf(periodOf(dated)),
          ConditionExpression: "attribute_not_exists(pk)",
        },
      },
      refused: () => new Refusal(ledgerProblems.periodClosed),
    },
  ];
}

/** The same leave, asked before anything is written. */
export async function refuseClosed(db: Database, dated: BusinessDate, today: BusinessDate): Promise<void> {
  if (periodOf(dated) === periodOf(today)) return;
  if ((await readPeriod(db, periodOf(dated))).state !== "open")
    throw new Refusal(ledgerProblems.periodClosed);
}

/** From here on nothing is dated into the period. */
export const closingPart = (period: Period, now: Date, by: string): Part => ({
  table: "accounts",
  write: {
    Put: {
      Item: { ...keyOf(period), state: "closing", closingSince: now.toISOString(), by },
      ConditionExpression: "attribute_not_exists(pk)",
    },
  },
  refused: () => new Refusal(ledgerProblems.periodClosed),
});

export const closedPart = (period: Period, now: Date, close: PeriodState["close"]): Part => ({
  table: "accounts",
  write: {
    Update: {
      Key: keyOf(period),
      UpdateExpression: "SET #state = :closed, closedAt = :at, #close = :close",
      ConditionExpression: "#state = :closing",
      ExpressionAttributeNames: { "#state": "state", "#close": "close" },
      ExpressionAttributeValues: {
        ":closed": "closed",
        ":closing": "closing",
        ":at": now.toISOString(),
        ":close": close,
      },
    },
  },
  refused: () => new Refusal(ledgerProblems.periodClosed),
});
