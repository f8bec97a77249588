import type { Holder } from "#shared/allotment/model.ts";
import { Stale } from "#shared/allotment/store.ts";
import type { Step } from "#shared/jobs/run.ts";
import { fencePart, type Lease, LeaseLost } from "#shared/jobs/store.ts";
import { inboxesOf } from "#shared/people/acting.ts";
import { planPersonsPause } from "#shared/people/standing/store.ts";
import { findPerson } from "#shared/people/store.ts";
import { clock } from "#shared/platform/clock.ts";
import { Contended, type Item, type Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { newId } from "#shared/platform/ids.ts";
import { businessDate, daysAfter } from "#shared/platform/time.ts";
import { fairness } from "#shared/policies/definitions/fairness.ts";
import { policy } from "#shared/policies/reading.ts";
import { NO_SHOWS } from "../listing.ts";
import type { RegistrationClaim, SportEvent } from "../model.ts";
import {
  findEvent,
  findEvents,
  listRegistrationsIn,
  type PublishedEvent,
  places,
  readList,
} from "../store.ts";
import type { Penalty } from "./model.ts";
import { penaltyNotices, warningNotices } from "./notices.ts";
import { afterEnd, afterNoShow, type Imposed, lapsesAt, pauseOf, type Standing } from "./rules.ts";
import { findStanding, forgetListed, planPenalty, planStanding } from "./store.ts";

type Rules = Awaited<ReturnType<typeof noShowRules>>;
const noShowRules = () => policy(fairness.noShow);

const DAY_MS = 86_400_000;
/** Registrations of one step. */
const PAGE = 50;
const ROUNDS = 5;

const claimOf = ({ claim }: Holder) => claim as unknown as RegistrationClaim;
const isConfirmed = (holder: Holder) => holder.state === "active" && claimOf(holder).status === "confirmed";

/** The parts of a penalty, or of a warning where the rule only warns; nothing for a person who was erased. */
async function consequence(
  was: Standing | undefined,
  standing: Standing,
  {
    imposed,
    penaltyId,
    registrationId,
    rules,
  }: {
    imposed: Imposed;
    penaltyId: string;
    registrationId: string;
    rules: Rules;
  },
  now: Date,
): Promise<Part[]> {
  const { personId } = standing;
  const person = await findPerson(personId, true);
  if (!person) return [];
  const tells = await inboxesOf(person);
  const found = await findEvents(imposed.noShows.map(({ eventId }) => eventId));
  const events = found.flatMap((event) => event?.name ?? []);
  if (rules.enforcement === "warn") {
    const warned = { ...afterEnd(standing, penaltyId), version: standing.version };
    return [
      planStanding(was, warned, lapsesAt(warned, rules.value)),
      ...warningNotices(tells, { about: registrationId, events }),
    ];
  }
  const penalty: Penalty = {
    penaltyId,
    personId,
    ...imposed,
    madeAt: now.toISOString(),
    appealUntil: new Date(now.getTime() + rules.value.appealDays * DAY_MS).toISOString(),
    tells,
  };
  return [
    planStanding(was, standing, lapsesAt(standing, rules.value)),
    planPenalty(penalty),
    planPersonsPause(personId, pauseOf(standing)),
    ...penaltyNotices(penalty, events),
  ];
}

/** What a no-show does to how its person stands. */
async function planNoShow(
  event: SportEvent,
  registrationId: string,
  personId: string,
  rules: Rules,
  now: Date,
): Promise<Part[]> {
  if (rules.enforcement === "off") return [];
  const { eventId, endsAt: endedAt } = event;
  const was = await findStanding(personId);
  const penaltyId = newId("pen");
  const noShow = { registrationId, personId, eventId, endedAt };
  const { standing, imposed } = afterNoShow(was, noShow, rules.value, { penaltyId, now });
  if (!imposed) return [planStanding(was, standing, lapsesAt(standing, rules.value))];
  return consequence(was, standing, { imposed, penaltyId, registrationId, rules }, now);
}

/**
 * Marks a registration of somebody who did not come, with all that follows from it, in one write; one that says by
 * then that its person came, or is marked, stays as it is.
 */
async function markNoShow(
  event: PublishedEvent,
  { holder, registrationId }: { holder: Holder; registrationId: string },
  { rules, lease }: { rules: Rules; lease: Lease },
): Promise<boolean> {
  let was: Holder | undefined = holder;
  for (let round = 0; was && isConfirmed(was) && round < ROUNDS; round += 1) {
    const claim = claimOf(was);
    const next = { ...was, version: was.version + 1, claim: { ...claim, status: "no-show" } };
    const follows = await planNoShow(event, registrationId, claim.participantId, rules, clock.now());
    try {
      await dynamo.commit([places.planHolder(event.allotment, was, next), ...follows, fencePart(lease)]);
      return true;
    } catch (error) {
      if (!(error instanceof Stale) && !(error instanceof Contended)) throw error;
      was = await places.findHolder(event.allotment, holder.holder);
    }
  }
  if (was && isConfirmed(was)) throw new Contended("lost every race to mark a no-show");
  return false;
}

/** Whether check-in was taken at an event at all: without it nobody can be told from who did not come. */
async function tookCheckIn(event: PublishedEvent): Promise<boolean> {
  let after: Item | undefined;
  do {
    const { registrations, next } = await listRegistrationsIn(event, PAGE, after);
    if (registrations.some(({ claim }) => claim.status === "attended")) return true;
    after = next;
  } while (after);
  return false;
}

/** Where a run is: after which entry of the list, and within an event where its holders go on. */
interface Cursor extends Item {
  after?: Item;
  within?: { eventId: string; page?: Item; failed?: true };
}

/** What becomes of an event on the list of those that have begun and of which nobody is marked yet. */
async function judged(
  event: SportEvent | undefined,
  rules: Rules,
  now: Date,
): Promise<"not-yet" | "mark" | "forget"> {
  if (event?.status !== "published" || !event.allotment) return "forget";
  const today = businessDate(now);
  const ended = businessDate(event.endsAt);
  if (ended >= today) return "not-yet";
  if (await tookCheckIn({ ...event, allotment: event.allotment })) return "mark";
  return today > daysAfter(ended, rules.value.lateDays) ? "forget" : "not-yet";
}

/**
 * One step of the sweep: an event of the list, or a page of who signed up for one. On the day after its end, everybody
 * confirmed at an event where check-in was taken did not come. It goes by how things stand: a second run finds nobody
 * left, and one that was missed is made good by the next.
 */
export async function markNext(
  cursor: Cursor | undefined,
  lease: Lease,
  failures: unknown[],
): Promise<Step<Cursor>> {
  const now = clock.now();
  const rules = await noShowRules();
  const { after, within } = cursor ?? {};
  if (within && after) {
    const { handled, failed, page } = await markPage(within, { rules, lease }, failures);
    const wrong = failed || within.failed;
    if (page)
      return { handled, next: { after, within: { ...within, page, ...(wrong && { failed: true }) } } };
    if (!wrong) await forgetListed(after);
    return { handled, next: { after } };
  }
  const { entries } = await readList(NO_SHOWS, { from: "0", to: now.toISOString() }, 1, after);
  const [entry] = entries;
  if (!entry) return { handled: 0 };
  const { position, event } = entry;
  const verdict = await judged(event, rules, now);
  if (verdict === "forget") await forgetListed(position);
  const marking = verdict === "mark" && event ? { within: { eventId: event.eventId } } : {};
  return { handled: 0, next: { after: position, ...marking } };
}

async function markPage(
  { eventId, page: from }: { eventId: string; page?: Item },
  of: { rules: Rules; lease: Lease },
  failures: unknown[],
): Promise<{ handled: number; failed: boolean; page: Item | undefined }> {
  const found = await findEvent(eventId);
  if (!found?.allotment) return { handled: 0, failed: false, page: undefined };
  const event = { ...found, allotment: found.allotment };
  const { registrations, next: page } = await listRegistrationsIn(event, PAGE, from);
  let handled = 0;
  let failed = false;
  for (const registration of registrations)
    try {
      handled += Number(await markNoShow(event, registration, of));
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      failures.push(error);
      failed = true;
    }
  return { handled, failed, page };
}
