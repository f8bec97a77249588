import { findPersons } from "#shared/people/store.ts";
import { eachAtOnce } from "#shared/platform/atOnce.ts";
import { ageOn } from "#shared/platform/time.ts";
import { statistics } from "#shared/policies/definitions/statistics.ts";
import { policy } from "#shared/policies/reading.ts";
import { ageDay } from "../eligibility/rules.ts";
import type { SportEvent } from "../model.ts";
import { listRegistrationsIn, type PublishedEvent, type Registration } from "../store.ts";
import { ageBands, bySex, type Taken } from "./rules.ts";

/** What is read for one answer at most, so that it comes within seconds whatever the event. */
export const atMost = { registrations: 20_000, partitions: 1_000 } as const;

const PARTITIONS_AT_ONCE = 8;
/** One page of the store holds a megabyte, and a registration about one kilobyte. */
const PAGE = 1_000;
const PERSONS = 100;
const PERSONS_AT_ONCE = 5;

/** The allotment up to one of its partitions: whoever reads from that one on reads it alone. */
const upTo = (event: PublishedEvent, partition: number): PublishedEvent => ({
  ...event,
  allotment: { ...event.allotment, shards: partition + 1 },
});

/**
 * Hands on all registrations of an event page by page, in no order. False when there are more than are read for one
 * answer.
 */
export async function eachPage(
  event: PublishedEvent,
  take: (registrations: readonly Registration[]) => void,
): Promise<boolean> {
  const { shards } = event.allotment;
  const partitions = Array.from({ length: Math.min(shards, atMost.partitions) }, (_, at) => at);
  let read = 0;
  let left = shards - partitions.length;
  await eachAtOnce(PARTITIONS_AT_ONCE, partitions, async (shard) => {
    let position: Parameters<typeof listRegistrationsIn>[2] = { shard };
    while (position && read < atMost.registrations) {
      const page = await listRegistrationsIn(upTo(event, shard), PAGE, position);
      read += page.registrations.length;
      take(page.registrations);
      position = page.next;
    }
    if (position) left += 1;
  });
  return left === 0;
}

const chunksOf = <T>(of: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(of.length / size) }, (_, at) => of.slice(at * size, (at + 1) * size));

/** Sex and age of those who have a place, in numbers from which nobody can be told. Erased persons are not counted. */
export async function participantsOf(event: SportEvent, taken: readonly Taken[]) {
  const { fewest, agesFrom } = (await policy(statistics.participants)).value;
  const days = new Map(event.groups.map((group) => [group.groupId, ageDay(event, group)]));
  const ages: number[] = [];
  const sexes = { male: 0, female: 0 };
  await eachAtOnce(PERSONS_AT_ONCE, chunksOf(taken, PERSONS), async (some) => {
    const persons = await findPersons(some.map(({ participantId }) => participantId));
    for (const [at, person] of persons.entries()) {
      const day = days.get(some[at]?.groupId ?? "");
      if (!person || day === undefined) continue;
      ages.push(ageOn(person.birthDate, day));
      sexes[person.sex] += 1;
    }
  });
  return { counted: ages.length, sexes: bySex(sexes, fewest), ages: ageBands(ages, agesFrom, fewest) };
}
