import type { Key, Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { idFromBytes } from "#shared/platform/ids.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { reference } from "#shared/platform/secrets.ts";
import type { Instant } from "#shared/platform/time.ts";
import { deskProblems } from "./problems.ts";
import { type Basis, notQualified, type WithList } from "./rules.ts";

const table = "registration";

/** One document on an event's list, by a pseudonym that is of this event alone. */
export interface Qualifier {
  qualifierId: string;
  eventId: string;
  /** The group to which it admits; any where none is named. */
  groupId?: string;
  basis?: Basis;
  addedAt: Instant;
  /** Pseudonym of who put it there. */
  addedBy: string;
}

/** By event, blind index of the document and group, so that the id finds its item and leads back to no number. */
export async function qualifierIdOf(eventId: string, identity: string, groupId = ""): Promise<string> {
  return idFromBytes("qlf", (await reference("qualifier", eventId, identity, groupId)).subarray(0, 16));
}

const qualifierKey = (eventId: string, qualifierId: string): Key => ({
  pk: `QUALIFIER#${eventId}#${qualifierId}`,
  sk: "QUALIFIER",
});

/** Which of these are on the list; at most 100. */
export async function findQualifiers(
  eventId: string,
  qualifierIds: readonly string[],
): Promise<(Qualifier | undefined)[]> {
  const reads = qualifierIds.map(
    (id) => ({ table, key: qualifierKey(eventId, id), consistent: true }) as const,
  );
  return (await dynamo.getMany(reads)) as (Qualifier | undefined)[];
}

/** That the entry still stands when a place is taken by it. Refuses `not-qualified`. */
export const planQualified = (event: WithList, id: string): Part => ({
  table,
  write: {
    ConditionCheck: {
      Key: qualifierKey(event.eventId, id),
      ConditionExpression: "attribute_exists(pk)",
    },
  },
  refused: () => notQualified(event),
});

/** Another put the same document there between the read and the write. */
export class ListedMeanwhile extends Error {}

const countsKey = (eventId: string): Key => ({ pk: `QUALIFIERS#${eventId}`, sk: "COUNTS" });
const ANY = "any";

const planCounts = (eventId: string, changes: ReadonlyMap<string, number>): Part => {
  const names = [...changes.keys()];
  return {
    table,
    write: {
      Update: {
        Key: countsKey(eventId),
        UpdateExpression: `ADD ${names.map((_, at) => `#n${at} :n${at}`).join(", ")}`,
        ExpressionAttributeNames: Object.fromEntries(names.map((name, at) => [`#n${at}`, name])),
        ExpressionAttributeValues: Object.fromEntries(
          names.map((name, at) => [`:n${at}`, changes.get(name)]),
        ),
      },
    },
  };
};

/** New entries of one event, counted; refused with {@link ListedMeanwhile} when one stands. None gives no parts. */
export function planQualifiers(eventId: string, added: readonly Qualifier[]): Part[] {
  if (added.length === 0) return [];
  const counts = new Map<string, number>();
  for (const { groupId = ANY } of added) counts.set(groupId, (counts.get(groupId) ?? 0) + 1);
  const puts = added.map(
    (qualifier): Part => ({
      table,
      write: {
        Put: {
          Item: { ...qualifierKey(eventId, qualifier.qualifierId), ...qualifier },
          ConditionExpression: "attribute_not_exists(pk)",
        },
      },
      refused: () => new ListedMeanwhile(),
    }),
  );
  return [...puts, planCounts(eventId, counts)];
}

/** Takes an entry off the list; once. Refuses `not-found`. */
export const planUnlisting = ({ eventId, qualifierId, groupId = ANY }: Qualifier): Part[] => [
  {
    table,
    write: {
      Delete: { Key: qualifierKey(eventId, qualifierId), ConditionExpression: "attribute_exists(pk)" },
    },
    refused: () => new Refusal(problems.notFound),
  },
  planCounts(eventId, new Map([[groupId, -1]])),
];

/** How many entries there are, of each group and of any. */
export async function countQualifiers(
  eventId: string,
): Promise<{ of(groupId?: string): number; total: number }> {
  const counts = (await dynamo.get({ table, key: countsKey(eventId), consistent: true })) ?? {};
  const { pk: _pk, sk: _sk, ...byGroup } = counts as Record<string, number>;
  return {
    of: (groupId = ANY) => byGroup[groupId] ?? 0,
    total: Object.values(byGroup).reduce((sum, count) => sum + count, 0),
  };
}

const dayKey = (kind: "SIGNED-UP" | "MISMATCHES", actor: string, day: string): Key => ({
  pk: `DESK#${actor}#${day}`,
  sk: kind,
});

/** When counts of a day are of no use any more, in epoch seconds. */
const forgottenAt = (day: string): number => Math.floor(Date.parse(`${day}T00:00:00Z`) / 1_000) + 3 * 86_400;

/** One sign-up more by this member of staff on this day. Refuses `desk-limit-reached` beyond `atMost`. */
export const planSignedUp = (actor: string, day: string, atMost: number | undefined): Part => ({
  table: "operations",
  write: {
    Update: {
      Key: dayKey("SIGNED-UP", actor, day),
      UpdateExpression: "ADD #n :one SET expiresAt = :e",
      ...(atMost !== undefined && { ConditionExpression: "attribute_not_exists(#n) OR #n < :max" }),
      ExpressionAttributeNames: { "#n": "count" },
      ExpressionAttributeValues: {
        ":one": 1,
        ":e": forgottenAt(day),
        ...(atMost !== undefined && { ":max": atMost }),
      },
    },
  },
  refused: () => new Refusal(deskProblems.deskLimitReached, { facts: { limit: atMost ?? 0 } }),
});

/** How often this member of staff wrote what is not on the document, on this day. */
export async function mismatchesOf(actor: string, day: string): Promise<number> {
  const key = dayKey("MISMATCHES", actor, day);
  const item = await dynamo.get({ table: "operations", key, consistent: true });
  return Number(item?.["count"] ?? 0);
}

export const countMismatch = (actor: string, day: string): Promise<number> =>
  dynamo.count("operations", dayKey("MISMATCHES", actor, day), forgottenAt(day));
