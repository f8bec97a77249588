import { actorOf } from "#shared/audit/actor.ts";
import { auditEntry, auditPart } from "#shared/audit/log.ts";
import { blindIndexes } from "#shared/people/store.ts";
import type { Caller } from "#shared/platform/caller.ts";
import { Contended, type Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { commitOnce, type RequestKey } from "#shared/platform/remember.ts";
import type { SportEvent } from "../model.ts";
import type { Listed } from "./rules.ts";
import {
  countQualifiers,
  findQualifiers,
  ListedMeanwhile,
  planQualifiers,
  planUnlisting,
  type Qualifier,
  qualifierIdOf,
} from "./store.ts";

/** What one transaction holds besides the counts, the audit log and the request's key. */
const AT_ONCE = 90;
const ROUNDS = 20;

/** Rows as entries, in their order: the numbers end here. */
export async function entriesOf(
  eventId: string,
  rows: readonly Listed[],
): Promise<Pick<Qualifier, "qualifierId" | "groupId" | "basis">[]> {
  return Promise.all(
    rows.map(async ({ document, groupId, basis }) => {
      // The oldest live key's: every person has it.
      const [identity = ""] = await blindIndexes(document);
      return {
        qualifierId: await qualifierIdOf(eventId, identity, groupId),
        ...(groupId !== undefined && { groupId }),
        ...(basis !== undefined && { basis }),
      };
    }),
  );
}

/** Writes those that are not there, with what goes with them, also while others add to the list. */
async function written(
  eventId: string,
  entries: readonly Qualifier[],
  write: (parts: readonly Part[]) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const found =
      entries.length > 0
        ? await findQualifiers(
            eventId,
            entries.map(({ qualifierId }) => qualifierId),
          )
        : [];
    try {
      return await write(
        planQualifiers(
          eventId,
          entries.filter((_, at) => !found[at]),
        ),
      );
    } catch (error) {
      if (!(error instanceof ListedMeanwhile)) throw error;
    }
  }
  throw new Contended("others add the same documents");
}

/**
 * Puts entries on an event's list; those that stand stay as they are. Up to 90 are one write; more are several, of which
 * the last remembers the request, so that one which was cut off is finished by being sent again.
 */
export async function addToList(
  { eventId }: SportEvent,
  entries: Awaited<ReturnType<typeof entriesOf>>,
  { caller, key, now }: { caller: Caller; key: RequestKey; now: Date },
): Promise<{ total: number }> {
  const actor = await actorOf(caller);
  const made = { eventId, addedAt: now.toISOString(), addedBy: actor };
  const all = [...new Map(entries.map((entry) => [entry.qualifierId, { ...entry, ...made }])).values()];
  const last = Math.floor((all.length - 1) / AT_ONCE) * AT_ONCE;
  for (let first = 0; first < last; first += AT_ONCE)
    await written(eventId, all.slice(first, first + AT_ONCE), async (parts) => {
      if (parts.length > 0) await dynamo.commit(parts);
    });
  let effect = { total: 0 };
  await written(eventId, all.slice(last), async (parts) => {
    const { total } = await countQualifiers(eventId);
    const added = parts.length > 0 ? parts.length - 1 : 0;
    const facts = { entries: all.length };
    const entry = auditEntry(caller, { actor, action: "addQualifiers", subject: eventId, facts }, now);
    effect = await commitOnce(key, { parts: [...parts, auditPart(entry)], effect: { total: total + added } });
  });
  return effect;
}

/** Takes an entry off an event's list, which is noted. Refuses `not-found`. */
export async function removeFromList(entry: Qualifier, caller: Caller, now: Date): Promise<void> {
  const { eventId, qualifierId } = entry;
  const of = {
    actor: await actorOf(caller),
    action: "removeQualifier",
    subject: eventId,
    facts: { qualifierId },
  };
  await dynamo.commit([...planUnlisting(entry), auditPart(auditEntry(caller, of, now))]);
}
