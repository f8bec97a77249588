import type { Step } from "#shared/jobs/run.ts";
import { fencePart, findJob, type Lease } from "#shared/jobs/store.ts";
import { findPersons } from "#shared/people/store.ts";
import { clock } from "#shared/platform/clock.ts";
import type { Item } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { shanghaiClock } from "#shared/platform/time.ts";
import { programme as policies } from "#shared/policies/definitions/programme.ts";
import { policy } from "#shared/policies/reading.ts";
import { ALL } from "../listing.ts";
import type { SportEvent } from "../model.ts";
import { listRegistrationsIn, readList } from "../store.ts";
import {
  type Ages,
  countOf,
  isSame,
  isSettled,
  nothingCounted,
  type Tally,
  withEntries,
  withHeadCounts,
} from "./counting.ts";
import type { StatisticsView } from "./model.ts";
import { statisticsOf } from "./statistics.ts";
import { findCounted, listCounts, listHeadCounts, planCount } from "./store.ts";

export const JOB = "countEvents";
/** Events that one step looks at. */
const EVENTS = 20;
/** Entries, and their persons, that are read at once. */
const ENTRIES = 100;

/** Who has a place in an event and who came without one; it counts places, whatever became of them on the day. */
async function tallyOf(event: SportEvent, ages: Ages): Promise<Tally> {
  let tally = nothingCounted;
  let after: Item | undefined;
  do {
    const { registrations, next } = await listRegistrationsIn(event, ENTRIES, after);
    const placed = registrations.filter(({ holder }) => holder.state === "active");
    const persons = await findPersons(placed.map(({ claim }) => claim.participantId));
    const entries = placed.map(({ claim }, at) => ({ status: claim.status, person: persons[at] }));
    tally = withEntries(tally, entries, event, ages);
    after = next;
  } while (after);
  // Nobody is counted without a registration anywhere else.
  return event.dropIn ? withHeadCounts(tally, await listHeadCounts(event.eventId)) : tally;
}

/**
 * Counts a page of the published events, each as it stands: one that was missed is counted by the next run, and one that
 * was counted before comes to the same. An event is left alone once it was counted for good.
 */
export async function countPage(
  cursor: { after?: Item } | undefined,
  lease: Lease,
): Promise<Step<{ after: Item }>> {
  const range = { from: "0", to: "9999" };
  const [page, ages, settled] = await Promise.all([
    readList(ALL, range, EVENTS, cursor?.after),
    policy(policies.keyGroups),
    policy(policies.settled),
  ]);
  const events = page.entries.flatMap(({ event }) => (event?.status === "published" ? [event] : []));
  const counted = await findCounted(events.map(({ eventId }) => eventId));
  let handled = 0;
  for (const [at, event] of events.entries()) {
    const { count, holding } = counted[at] ?? {};
    if (isSettled(event, holding, count, settled.value.days)) continue;
    const next = countOf(event, await tallyOf(event, ages.value), holding, clock.now());
    handled += 1;
    const unchanged = count !== undefined && isSame(count, next);
    if (unchanged && !isSettled(event, holding, next, settled.value.days)) continue;
    await dynamo.commit([fencePart(lease), ...planCount(count, next)]);
  }
  return { handled, ...(page.next && { next: { after: page.next } }) };
}

/** The public figures of a year, as they were counted last. */
export async function eventStatistics({
  year = shanghaiClock(clock.now()).year,
  ...asked
}: { year?: number | undefined } & Parameters<typeof statisticsOf>[1]): Promise<StatisticsView> {
  const [counts, job, smallest, target] = await Promise.all([
    listCounts(year),
    findJob(JOB),
    policy(policies.smallestShown),
    policy(policies.qualityTarget),
  ]);
  const { people: smallestShown } = smallest.value;
  return {
    year,
    ...(job?.completedAt !== undefined && { asOf: job.completedAt }),
    ...statisticsOf(counts, asked, smallestShown),
    qualityTarget: { events: target.value.events, source: target.source },
    smallestShown,
  };
}
