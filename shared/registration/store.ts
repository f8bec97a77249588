import { planCapacity } from "#shared/allotment/capacity.ts";
import type { Kernel } from "#shared/allotment/handOut.ts";
import {
  type Allotment,
  type Holder,
  holderId,
  numberOfHolderItem,
  readHolderId,
} from "#shared/allotment/model.ts";
import { allotmentStore, holderOf, Stale } from "#shared/allotment/store.ts";
import { clock } from "#shared/platform/clock.ts";
import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import { Contended, type Item, type Key, type Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import type { Instant } from "#shared/platform/time.ts";
import { termsOf, WAITLIST } from "./listing.ts";
import type { RegistrationClaim, SportEvent } from "./model.ts";
import { registrationProblems } from "./problems.ts";

const table = "registration";

/** The places of this context's events. */
export const places = allotmentStore(dynamo, table);

/** What hands them out: the service's own store, clock and chance. */
export const kernel: Kernel = { db: dynamo, store: places, now: clock.now, random: () => Math.random() };

const eventKey = (eventId: string): Key => ({ pk: `EVENT#${eventId}`, sk: "EVENT" });

const eventOf = (item: Item | undefined): SportEvent | undefined => {
  if (!item) return undefined;
  const { pk: _pk, sk: _sk, owner: _owner, ownerSort: _sort, ...event } = item;
  // One that was stored before it could ask anything asks nothing.
  return { questions: [], ...event } as unknown as SportEvent;
};

const eventItem = (event: SportEvent): Item => ({
  ...eventKey(event.eventId),
  owner: event.organiserId,
  ownerSort: `${event.startsAt}#${event.eventId}`,
  ...event,
});

export async function findEvent(eventId: string): Promise<SportEvent | undefined> {
  return eventOf(await dynamo.get({ table, key: eventKey(eventId), consistent: true }));
}

/** At most 100, in the order asked. */
export async function findEvents(eventIds: readonly string[]): Promise<(SportEvent | undefined)[]> {
  return (await dynamo.getMany(eventIds.map((id) => ({ table, key: eventKey(id) })))).map(eventOf);
}

export type PublishedEvent = SportEvent & { allotment: Allotment };

/** A published event; a draft does not exist for the public. Refuses `not-found`. */
export async function publishedEvent(eventId: string): Promise<PublishedEvent> {
  const event = await findEvent(eventId);
  if (event?.status !== "published" || !event.allotment) throw new Refusal(problems.notFound);
  return { ...event, allotment: event.allotment };
}

/** How old an event may be that a rush reads; a change of its rules is found by the write all the same. */
const RUSH_EVENT_MS = 5_000;
const inRush = new Map<string, { event: PublishedEvent; readAt: number }>();

/** The same, at most five seconds old where sign-ups are queued: in a rush everybody reads one item. */
export async function publishedEventInRush(eventId: string): Promise<PublishedEvent> {
  const known = inRush.get(eventId);
  const now = clock.now().getTime();
  if (known && Math.abs(now - known.readAt) <= RUSH_EVENT_MS) return known.event;
  const event = await publishedEvent(eventId);
  if (event.mode === "queued") inRush.set(eventId, { event, readAt: now });
  else inRush.delete(eventId);
  return event;
}

/** An event of the organisation; another's does not exist for it. Refuses `not-found`. */
export async function organisersEvent(eventId: string, organiserId: string): Promise<SportEvent> {
  const event = await findEvent(eventId);
  if (event?.organiserId !== organiserId) throw new Refusal(problems.notFound);
  return event;
}

/** A new event, and the organisation's record where this is its first. */
export const planNewEvent = (event: SportEvent, createdAt: string): Part[] => [
  {
    table,
    write: { Put: { Item: eventItem(event), ConditionExpression: "attribute_not_exists(pk)" } },
  },
  {
    table,
    write: {
      Update: {
        Key: { pk: `ORGANISATION#${event.organiserId}`, sk: "ORGANISATION" },
        UpdateExpression: "SET firstSeenAt = if_not_exists(firstSeenAt, :now)",
        ExpressionAttributeValues: { ":now": createdAt },
      },
    },
  },
];

/** The event as it shall be, if it still is the version that was read; refuses `version-mismatch`. */
export const planEvent = (before: SportEvent, after: SportEvent): Part => ({
  table,
  write: {
    Put: {
      Item: eventItem(after),
      ConditionExpression: "version = :version",
      ExpressionAttributeValues: { ":version": before.version },
    },
  },
  refused: () => new Refusal(problems.versionMismatch),
});

interface DecidedChange {
  after: SportEvent;
  places: Record<string, number>;
  lanes?: number;
}

/** A decided change with the event's places, in one write. Refuses `capacity-below-confirmed`. */
async function planEventChange(before: SportEvent, { after, ...change }: DecidedChange): Promise<Part[]> {
  const { allotment } = before;
  if (!allotment) return [planEvent(before, after)];
  const standing = await places.readLanes(allotment, true);
  const planned = planCapacity(places, allotment, standing, { rules: after.version, ...change });
  if ("tooFew" in planned)
    throw new Refusal(registrationProblems.capacityBelowConfirmed, { facts: { free: planned.tooFew.free } });
  return [planEvent(before, after), ...planned.parts];
}

const ROUNDS = 20;

/** Writes a change, also while places are taken beside it. Refuses `version-mismatch`, `capacity-below-confirmed`. */
export async function commitEventChange(
  before: SportEvent,
  change: DecidedChange,
  commit: (parts: readonly Part[]) => Promise<void> = dynamo.commit,
): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    try {
      return await commit(await planEventChange(before, change));
    } catch (error) {
      if (!(error instanceof Stale)) throw error;
    }
  }
  throw new Contended("places are taken faster than they can be counted");
}

const listKeys = (event: SportEvent): Key[] =>
  termsOf(event).map((term) => ({ pk: `LIST#${term}`, sk: `${event.startsAt}#${event.eventId}` }));

/**
 * Enters a published event into the lists of its terms, and takes it out of those it left. Entries are hints: write
 * them before the event changes, remove them after.
 */
export const enterLists = (event: SportEvent): Promise<void> =>
  dynamo.writeHints(
    table,
    listKeys(event).map((key) => ({ ...key, eventId: event.eventId })),
    [],
  );

export async function leaveLists(before: SportEvent, after: SportEvent): Promise<void> {
  const stays = new Set(listKeys(after).map(({ pk, sk }) => `${pk}\n${sk}`));
  const left = listKeys(before).filter(({ pk, sk }) => !stays.has(`${pk}\n${sk}`));
  await dynamo.writeHints(table, [], left);
}

/** Events a list's entries lead to, from a position on, in order of their start. */
export async function readList(
  term: string,
  range: { from: string; to: string },
  limit: number,
  after: Item | undefined,
): Promise<{ entries: { position: Item; event: SportEvent | undefined }[]; next?: Item }> {
  const query = { table, partition: `LIST#${term}`, ...range, limit, ...(after && { after }) } as const;
  const page = await dynamo.query(query);
  const events = await findEvents(page.items.map((item) => String(item["eventId"])));
  const entries = page.items.map(({ pk, sk }, at) => {
    const event = events[at];
    const current = event && `${event.startsAt}#${event.eventId}` === sk;
    return { position: { pk, sk }, event: current ? event : undefined };
  });
  return { entries, ...(page.next && { next: page.next }) };
}

/** A page of what an owner has: an organisation's events, or a person's registrations. */
async function listOwned(owner: string, limit: number, after: Item | undefined, descending: boolean) {
  return dynamo.query({
    table,
    index: "byOwner",
    partition: owner,
    limit,
    descending,
    ...(after && { after }),
  });
}

export async function listEventsOf(organiserId: string, limit: number, cursor: string | undefined) {
  const scope = ["organiser", organiserId];
  const page = await listOwned(organiserId, limit, await readCursor(scope, cursor), true);
  const nextCursor = await signCursor(scope, page.next);
  return { events: page.items.flatMap((item) => eventOf(item) ?? []), ...(nextCursor && { nextCursor }) };
}

/** A registration: the holder of a place, or of a place in the queue, and what this context records of it. */
export interface Registration {
  registrationId: string;
  holder: Holder;
  claim: RegistrationClaim;
  /** All that were signed up together, when there are several. */
  party?: string[];
}

export const registrationOf = (number: string, holder: Holder): Registration => ({
  registrationId: holderId("reg", { number }, holder.holder),
  holder,
  claim: holder.claim as unknown as RegistrationClaim,
  ...(holder.party && { party: holder.party.map((member) => holderId("reg", { number }, member)) }),
});

const registrationOfItem = (item: Item): Registration[] => {
  const holder = holderOf(item);
  return holder ? [registrationOf(numberOfHolderItem(item), holder)] : [];
};

/** Every registration of a person, newest first; a person has few. */
export async function listRegistrationsOf(personId: string): Promise<Registration[]> {
  const found: Registration[] = [];
  let after: Item | undefined;
  do {
    const page = await listOwned(personId, 100, after, true);
    found.push(...page.items.flatMap(registrationOfItem));
    after = page.next;
  } while (after);
  return found;
}

/** A page of the registrations of several persons, person by person, newest first. */
export async function listRegistrationsOfAll(
  personIds: readonly string[],
  limit: number,
  after: Item | undefined,
): Promise<{ registrations: Registration[]; next?: Item }> {
  const registrations: Registration[] = [];
  let person = Number(after?.["person"] ?? 0);
  let key = after?.["key"] as Item | undefined;
  for (let owner = personIds[person]; owner !== undefined; owner = personIds[person]) {
    const page = await listOwned(owner, limit - registrations.length, key, true);
    registrations.push(...page.items.flatMap(registrationOfItem));
    key = page.next;
    if (!key) person += 1;
    if (registrations.length >= limit && person < personIds.length)
      return { registrations, next: { person, ...(key && { key }) } };
  }
  return { registrations };
}

/** A page of everybody who signed up for an event, cancelled ones included. */
export async function listRegistrationsIn(
  { allotment }: SportEvent,
  limit: number,
  after: Item | undefined,
): Promise<{ registrations: Registration[]; next?: Item }> {
  if (!allotment) return { registrations: [] };
  const position = after as { shard: number; key?: Item } | undefined;
  const { holders, next } = await places.listHolders(allotment, limit, position);
  const registrations = holders.map((holder) => registrationOf(allotment.number, holder));
  return { registrations, ...(next && { next: { ...next } }) };
}

/** A published event by the number of its places. */
async function eventOfAllotment(number: string): Promise<PublishedEvent | undefined> {
  const allotment = await places.findDefinition(number);
  const event = allotment && (await findEvent(allotment.subject));
  return event?.allotment && { ...event, allotment: event.allotment };
}

/** What a registration's id leads to: its event, and the registration where there is one already. */
export async function lookUpRegistration(
  registrationId: string,
): Promise<{ event: PublishedEvent; registration?: Registration } | undefined> {
  const named = readHolderId("reg", registrationId);
  const event = named && (await eventOfAllotment(named.number));
  if (!event) return undefined;
  const holder = await places.findHolder(event.allotment, named.holder);
  return { event, ...(holder && { registration: registrationOf(named.number, holder) }) };
}

/** A registration with its event, by its public id alone. */
export async function findRegistration(
  registrationId: string,
): Promise<{ registration: Registration; event: PublishedEvent } | undefined> {
  const found = await lookUpRegistration(registrationId);
  return found?.registration && { registration: found.registration, event: found.event };
}

/** Registrations with an offer, or a place, that was kept until an instant that has passed. */
export async function listDueRegistrations(now: Instant, limit: number) {
  const due = await places.listDue(now, limit);
  const found = await Promise.all(
    due.map(({ number, holder }) => findRegistration(holderId("reg", { number }, holder))),
  );
  return found.flatMap((one) => one ?? []);
}

/** Events that one may wait for and that have not begun, in order of their start. */
export async function* listEventsWithWaitlist(now: Date): AsyncGenerator<PublishedEvent> {
  let after: Item | undefined;
  do {
    const range = { from: now.toISOString(), to: "9999" };
    const { entries, next } = await readList(WAITLIST, range, 100, after);
    for (const { event } of entries)
      if (event?.waitlist && event.allotment) yield { ...event, allotment: event.allotment };
    after = next;
  } while (after);
}
