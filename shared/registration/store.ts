import { type Holder, holderId, readHolderId } from "#shared/allotment/model.ts";
import { allotmentStore } from "#shared/allotment/store.ts";
import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import type { Item, Key, Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { termsOf } from "./listing.ts";
import type { RegistrationClaim, RegistrationView, SportEvent } from "./model.ts";
import { registrationProblems } from "./problems.ts";

const table = "registration";

/** The places of this context's events. */
export const places = allotmentStore(dynamo, table);

const eventKey = (eventId: string): Key => ({ pk: `EVENT#${eventId}`, sk: "EVENT" });

const eventOf = (item: Item | undefined): SportEvent | undefined => {
  if (!item) return undefined;
  const { pk: _pk, sk: _sk, owner: _owner, ownerSort: _sort, ...event } = item;
  return event as unknown as SportEvent;
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

/** A published event; a draft does not exist for the public. Refuses `not-found`. */
export async function publishedEvent(
  eventId: string,
): Promise<Required<Pick<SportEvent, "allotment">> & SportEvent> {
  const event = await findEvent(eventId);
  if (event?.status !== "published" || !event.allotment) throw new Refusal(problems.notFound);
  return { ...event, allotment: event.allotment };
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

/** A decided change with the event's places, in one write. Refuses `capacity-below-confirmed`. */
export function planEventChange(
  before: SportEvent,
  { after, places: change, total }: { after: SportEvent; places: Record<string, number>; total: number },
): Part[] {
  const { allotment } = before;
  if (!allotment) return [planEvent(before, after)];
  const rules = { from: before.version, to: after.version };
  const refused = (_leaf: string, free: number) =>
    new Refusal(registrationProblems.capacityBelowConfirmed, { facts: { free } });
  return [planEvent(before, after), ...places.planChange(allotment, rules, { ...change, total }, refused)];
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

/** A registration: the holder of a place and what this context records of it. */
export interface Registration {
  registrationId: string;
  holder: Holder;
  claim: RegistrationClaim;
}

const numberOf = (item: Item): string => String(item["pk"]).split("#")[1] ?? "";

const registrationOf = (number: string, holder: Holder): Registration => ({
  registrationId: holderId("reg", { number }, holder.holder),
  holder,
  claim: holder.claim as unknown as RegistrationClaim,
});

/** Every registration of a person, newest first; a person has few. */
export async function listRegistrationsOf(personId: string): Promise<RegistrationView[]> {
  const found: RegistrationView[] = [];
  let after: Item | undefined;
  do {
    const page = await listOwned(personId, 100, after, true);
    for (const item of page.items) found.push(viewOf(registrationOf(numberOf(item), holderOf(item))));
    after = page.next;
  } while (after);
  return found;
}

const holderOf = (item: Item): Holder => ({ ...item, holder: String(item["sk"]) }) as unknown as Holder;

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
    registrations.push(...page.items.map((item) => registrationOf(numberOf(item), holderOf(item))));
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

/** A registration with its event, by its public id alone. */
export async function findRegistration(
  registrationId: string,
): Promise<{ registration: Registration; event: SportEvent } | undefined> {
  const named = readHolderId("reg", registrationId);
  const allotment = named && (await places.findDefinition(named.number));
  if (!allotment) return undefined;
  const [holder, event] = await Promise.all([
    places.findHolder(allotment, named.holder),
    findEvent(allotment.subject),
  ]);
  return holder && event && { registration: registrationOf(named.number, holder), event };
}

/** A registration as its participant and those who act for them see it. */
export function viewOf({
  registrationId,
  claim,
}: Pick<Registration, "registrationId" | "claim">): RegistrationView {
  const { eventId, groupId, participantId, status, signedUpAt, cancelledAt } = claim;
  return {
    registrationId,
    eventId,
    groupId,
    participantId,
    status,
    signedUpAt,
    ...(cancelledAt !== undefined && { cancelledAt }),
  };
}
