import type { Step } from "#shared/jobs/run.ts";
import type { Lease } from "#shared/jobs/store.ts";
import { quietUntil } from "#shared/notices/rules.ts";
import { findPersons } from "#shared/people/store.ts";
import { clock } from "#shared/platform/clock.ts";
import type { Item } from "#shared/platform/database.ts";
import { notices } from "#shared/policies/definitions/notices.ts";
import { reminders } from "#shared/policies/definitions/reminders.ts";
import { policy } from "#shared/policies/reading.ts";
import { isHeld } from "../calendar/rules.ts";
import { termFor } from "../listing.ts";
import {
  findEvent,
  listRegistrationsIn,
  type PublishedEvent,
  type Registration,
  readList,
} from "../store.ts";
import { viewOf } from "../views.ts";
import {
  hasAnother,
  isNews,
  isTime,
  type Kind,
  kinds,
  recipientsOf,
  reminderId,
  startingWithin,
  templateOf,
  type Window,
} from "./rules.ts";
import { noteTold, tellAll, wereTold } from "./store.ts";

/** Of a list of events, and of an event's registrations, in one step. */
const EVENTS = 25;
const REGISTRATIONS = 100;

/** Where the job is: in the list of events of a kind of reminder, or among the registrations of one of them. */
export interface Cursor extends Item {
  kind: Kind;
  /** Position in the list of events. */
  after?: Item;
  eventId?: string;
  /** Position among its registrations. */
  at?: Item;
}

/** Tells those of a page of an event's registrations who have a place. */
async function remindSome(
  event: PublishedEvent,
  registrations: readonly Registration[],
  { kind, window, lease }: { kind: Kind; window: Window; lease: Lease },
): Promise<number> {
  const now = clock.now();
  const standing = registrations.filter(
    (one) => viewOf(one, now).status === "confirmed" && isNews(one.claim, event.startsAt, window),
  );
  const others = standing.filter(({ claim }) => hasAnother(claim)).map(({ claim }) => claim.participantId);
  const found = others.length > 0 ? await findPersons(others) : [];
  const persons = new Map(others.map((personId, at) => [personId, found[at]]));
  const recipients = standing.flatMap(({ claim }) => recipientsOf(claim, persons.get(claim.participantId)));
  const { name, venue, startsAt, eventId } = event;
  const told = [...new Set(recipients)].map((to) => ({
    to,
    template: templateOf[kind],
    facts: { event: name, venue, startsAt },
    about: eventId,
    noticeId: reminderId(event, kind),
  }));
  return tellAll(told, lease);
}

/** A page of the registrations of the event at which the job is; then that event is done, and the list goes on. */
async function inEvent(cursor: Cursor, window: Window, lease: Lease): Promise<Step<Cursor>> {
  const { kind, after, at } = cursor;
  const event = await findEvent(cursor.eventId ?? "");
  const list: Cursor = { kind, ...(after && { after }) };
  // It may have been moved or cancelled, or its window may have passed, while the job was elsewhere.
  if (!event?.allotment || !isHeld(event) || !isTime(event.startsAt, window, clock.now()))
    return { handled: 0, next: list };
  const published = { ...event, allotment: event.allotment };
  const page = await listRegistrationsIn(published, REGISTRATIONS, at);
  const handled = await remindSome(published, page.registrations, { kind, window, lease });
  if (page.next) return { handled, next: { ...cursor, at: page.next } };
  await noteTold(event, kind, lease);
  return { handled, next: list };
}

/** The next event of the list of whose participants somebody may not have been told. */
async function inList({ kind, after }: Cursor, window: Window): Promise<Step<Cursor>> {
  const { after: from, to } = startingWithin(window, clock.now());
  const range = { from, to: `${to}~` };
  // Where an earlier run was may have passed out of the window, and is then no position in it.
  const stands = after && range.from <= String(after["sk"]) && String(after["sk"]) <= range.to;
  const { entries, next } = await readList(termFor({}), range, EVENTS, stands ? after : undefined);
  const events = entries.flatMap(({ event }) => (event && isHeld(event) ? [event] : []));
  const told = events.length > 0 ? await wereTold(events, kind) : [];
  const due = events.find((event, at) => told[at] === false && isTime(event.startsAt, window, clock.now()));
  if (due) {
    const position = entries.find(({ event }) => event?.eventId === due.eventId)?.position;
    return { handled: 0, next: { kind, eventId: due.eventId, ...(position && { after: position }) } };
  }
  if (next) return { handled: 0, next: { kind, after: next } };
  const following = kinds[kinds.indexOf(kind) + 1];
  return { handled: 0, ...(following && { next: { kind: following } }) };
}

/**
 * One step of reminding those who have a place: it goes by how things stand, so that a missed run is made good while
 * the window is open, and a second one tells nobody anything. In quiet hours nobody is told: what is due then is told
 * after them, or not at all where that would be too late.
 */
export async function remindNext(cursor: Cursor | undefined, lease: Lease): Promise<Step<Cursor>> {
  const [{ value: windows, enforcement }, { value: hours }] = await Promise.all([
    policy(reminders.windows),
    policy(notices.quietHours),
  ]);
  if (enforcement === "off" || quietUntil(clock.now(), hours) !== undefined) return { handled: 0 };
  const at = cursor ?? { kind: kinds[0] };
  const window = windows[at.kind];
  return at.eventId === undefined ? inList(at, window) : inEvent(at, window, lease);
}
