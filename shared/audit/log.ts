import type { Caller } from "#shared/platform/caller.ts";
import type { Item, Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { newId } from "#shared/platform/ids.ts";
import { type BusinessDate, businessDate, type Instant } from "#shared/platform/time.ts";
import { actorOf } from "./actor.ts";

/** One thing that somebody decided, asked for, or saw of another person. Nothing in it is personal data. */
export interface AuditEntry {
  auditId: string;
  at: Instant;
  /** Pseudonym of who acted. */
  actor: string;
  roles: readonly string[];
  org?: string;
  /** The operation, or the act that was decided. */
  action: string;
  /** The object, by its id. */
  subject: string;
  /** Facts by name: counts, columns, reasons, hashes. */
  facts?: Readonly<Record<string, string | number | boolean>>;
}

const partitionOf = (day: BusinessDate): string => `DAY#${day}`;

export const auditEntry = (
  { roles, org }: Pick<Caller, "roles" | "org">,
  of: Omit<AuditEntry, "auditId" | "at" | "roles" | "org">,
  now: Date,
): AuditEntry => ({
  auditId: newId("aud"),
  at: now.toISOString(),
  roles,
  ...(org !== undefined && { org }),
  ...of,
});

/** The part that writes an entry in the same write as what it tells of. */
export const auditPart = (entry: AuditEntry): Part => ({
  table: "audit-log",
  write: {
    Put: {
      Item: { pk: partitionOf(businessDate(entry.at)), sk: `${entry.at}#${entry.auditId}`, ...entry },
      ConditionExpression: "attribute_not_exists(pk)",
    },
  },
});

/**
 * Notes that somebody saw data of others, before it is shown: who reads of others without a trace reads nothing.
 * @param facts counts, columns and reasons; never what was seen
 */
export async function noteSeen(
  caller: Caller,
  of: Pick<AuditEntry, "action" | "subject" | "facts">,
  now: Date,
): Promise<void> {
  await dynamo.commit([auditPart(auditEntry(caller, { actor: await actorOf(caller), ...of }, now))]);
}

/** The entries of a day, latest first. */
export async function listDay(
  day: BusinessDate,
  limit: number,
  after: Item | undefined,
): Promise<{ entries: AuditEntry[]; next: Item | undefined }> {
  const { items, next } = await dynamo.query({
    table: "audit-log",
    partition: partitionOf(day),
    limit,
    descending: true,
    consistent: true,
    ...(after && { after }),
  });
  return { entries: items.map(({ pk: _pk, sk: _sk, ...entry }) => entry as unknown as AuditEntry), next };
}
