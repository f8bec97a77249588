import { ageOn, type BusinessDate, businessDate } from "#shared/platform/time.ts";
import { ageDay } from "#shared/registration/eligibility/rules.ts";
import { addDays, shanghai } from "./calendar.ts";
import type { DemoEvent } from "./events.ts";
import type { EventInput } from "./groups.ts";
import type { DemoPerson } from "./people.ts";
import { personas } from "./personas.ts";
import { type Chance, chanceOf } from "./random.ts";

type Group = EventInput["groups"][number];

export interface Step {
  act: "sign-up" | "cancel";
  event: DemoEvent;
  group: string;
  person: DemoPerson;
}

/** What happens on one evening, in any order. */
export interface Wave {
  at: Date;
  steps: Step[];
}

/** An event that people sign up for, with the evenings on which they can. */
interface Offer {
  event: DemoEvent;
  evenings: number[];
}

/** How many events become exactly full, nearly full, and get a few entrants; the rest stay empty. */
const EVENTS = { full: 9, fullAhead: 6, nearly: 7, few: 16 } as const;
/** Larger events are not filled: the load must be short. */
const FILLED_UP_TO = 30;
const DAYS_BETWEEN = 2;
/** Of five people three sign up for something. */
const signsUp = (_: DemoPerson, at: number): boolean => at % 5 < 3;

const capacityOf = ({ input }: DemoEvent) => input.groups.reduce((sum, { capacity }) => sum + capacity, 0);

const admits = (
  { minAge = 0, maxAge = 120, sex, ageOn: on = "race-day" }: Group,
  person: DemoPerson,
  startsAt: string,
) => {
  const age = ageOn(person.birthDate, ageDay({ startsAt }, { ageOn: on }));
  return age >= minAge && age <= maxAge && (sex ?? person.sex) === person.sex;
};

/** Every other evening from before the first opening up to yesterday. */
function eveningsBetween(first: string, now: Date): Date[] {
  const evenings: Date[] = [];
  for (let day = addDays(businessDate(now), -1); ; day = addDays(day, -DAYS_BETWEEN)) {
    const evening = shanghai(day, "20:30");
    if (evening < first) return evenings.reverse();
    evenings.push(new Date(evening));
  }
}

class Planner {
  readonly waves: Wave[];
  readonly #people: readonly DemoPerson[];
  readonly #chance: Chance;
  /** A person takes part in one event a day. */
  readonly #busy = new Map<DemoPerson, Set<BusinessDate>>();

  constructor(people: readonly DemoPerson[], evenings: readonly Date[], chance: Chance) {
    this.#people = people;
    this.#chance = chance;
    this.waves = evenings.map((at) => ({ at, steps: [] }));
  }

  /** When one can sign up; before `until` where that is sooner. */
  eveningsOf({ input }: DemoEvent, until: string = input.signUpClosesAt): number[] {
    return this.waves.flatMap(({ at }, index) => {
      const instant = at.toISOString();
      return instant >= input.signUpOpensAt && instant < input.signUpClosesAt && instant < until
        ? [index]
        : [];
    });
  }

  #step(
    act: Step["act"],
    { event }: Offer,
    group: Group,
    person: DemoPerson,
    evening: number | undefined,
  ): void {
    if (evening === undefined) throw new Error(`${event.input.name}: no evening for it`);
    this.waves[evening]?.steps.push({ act, event, group: group.name, person });
  }

  #free(person: DemoPerson, { input }: DemoEvent): boolean {
    return !this.#busy.get(person)?.has(businessDate(input.startsAt));
  }

  signUp(offer: Offer, group: Group, person: DemoPerson, evening: number | undefined): void {
    const days = this.#busy.get(person) ?? new Set();
    this.#busy.set(person, days.add(businessDate(offer.event.input.startsAt)));
    this.#step("sign-up", offer, group, person, evening);
  }

  /** Who could sign up for the group, in no particular order. */
  candidates({ event }: Offer, group: Group): DemoPerson[] {
    const { startsAt } = event.input;
    const able = this.#people.filter(
      (person) => this.#free(person, event) && admits(group, person, startsAt),
    );
    return this.#chance.shuffled(able);
  }

  /** Early evenings more often than late ones. */
  someEvening({ evenings }: Offer): number | undefined {
    return evenings[Math.floor(this.#chance.next() ** 2 * evenings.length)];
  }

  /** Signs up as many as each group is to have; false, and nothing, when too few may. */
  fill(offer: Offer, sizeOf: (group: Group) => number): boolean {
    const { groups } = offer.event.input;
    const enough = groups.every(
      (group) => this.candidates(offer, group).length > sizeOf(group) + groups.length,
    );
    if (!enough) return false;
    for (const group of groups)
      for (const person of this.candidates(offer, group).slice(0, sizeOf(group)))
        this.signUp(offer, group, person, this.someEvening(offer));
    return true;
  }

  /** Exactly full, the last place after somebody gave theirs back. */
  fillUp(offer: Offer): boolean {
    const [first, second, third] = this.eveningsOf(offer.event, offer.event.input.cancelUntil);
    if (third === undefined) return false;
    const [group] = offer.event.input.groups;
    if (!this.fill(offer, (one) => one.capacity - (one === group ? 1 : 0))) return false;
    const [leaver, late] = group ? this.candidates(offer, group) : [];
    if (!group || !leaver || !late) return false;
    this.signUp(offer, group, leaver, first);
    this.#step("cancel", offer, group, leaver, second);
    this.signUp(offer, group, late, third);
    return true;
  }

  /** A few entrants, the first of whom thinks better of it where there is time. */
  fillALittle(offer: Offer): boolean {
    const [first, ...later] = this.eveningsOf(offer.event, offer.event.input.cancelUntil);
    const [group] = offer.event.input.groups;
    const [leaver] = group && later.length > 0 ? this.candidates(offer, group) : [];
    if (group && leaver) {
      this.signUp(offer, group, leaver, first);
      this.#step("cancel", offer, group, leaver, later.at(-1));
    }
    return this.fill(offer, ({ capacity }) => Math.min(this.#chance.between(2, 5), capacity - 1));
  }

  /** Signs the person up for one of the offers; which of them. */
  signUpSomewhere(person: DemoPerson, offers: readonly Offer[]): Offer | undefined {
    return offers.find((offer) => {
      const { event } = offer;
      const group = event.input.groups.find((one) => admits(one, person, event.input.startsAt));
      if (!group || !this.#free(person, event)) return false;
      this.signUp(offer, group, person, this.someEvening(offer));
      return true;
    });
  }
}

/** The personas and whom they act for each were at one event and are signed up for two more. */
function planPersonas(
  planner: Planner,
  people: readonly DemoPerson[],
  offers: readonly Offer[],
  now: Date,
): Set<Offer> {
  const subs = new Set(personas.map(({ sub }) => sub));
  const over = offers.filter(({ event }) => event.input.endsAt < now.toISOString());
  const ahead = offers.filter(({ event }) => event.input.startsAt > now.toISOString());
  const used = new Set<Offer>();
  for (const person of people.filter(({ signedUpBy }) => subs.has(signedUpBy)))
    for (const choice of [over, ahead, ahead]) {
      const offer = planner.signUpSomewhere(
        person,
        choice.filter((one) => !used.has(one)),
      );
      if (offer) used.add(offer);
    }
  return used;
}

/** Who signs up for what and when, and who cancels; the API refuses none of it. */
export function planRegistrations(
  seed: number,
  { events, people, now }: { events: readonly DemoEvent[]; people: readonly DemoPerson[]; now: Date },
): Wave[] {
  const chance = chanceOf(seed);
  const published = events.filter(({ draft }) => !draft);
  const [first = ""] = published.map(({ input }) => input.signUpOpensAt).sort();
  const planner = new Planner(people.filter(signsUp), eveningsBetween(first, now), chance);
  const offers = chance
    .shuffled(published)
    .map((event): Offer => ({ event, evenings: planner.eveningsOf(event) }))
    .filter(({ evenings }) => evenings.length > 0);
  const used = planPersonas(planner, people, offers, now);
  const fillSome = (count: number, fills: (offer: Offer) => boolean) => {
    let left = count;
    for (const offer of offers) {
      if (left === 0) return;
      if (used.has(offer) || !fills(offer)) continue;
      used.add(offer);
      left -= 1;
    }
  };
  const fillUp = (offer: Offer) => capacityOf(offer.event) <= FILLED_UP_TO && planner.fillUp(offer);
  fillSome(EVENTS.fullAhead, (offer) => offer.event.input.startsAt > now.toISOString() && fillUp(offer));
  fillSome(EVENTS.full - EVENTS.fullAhead, fillUp);
  fillSome(EVENTS.nearly, (offer) => {
    const few = capacityOf(offer.event) <= FILLED_UP_TO;
    return few && planner.fill(offer, ({ capacity }) => capacity - chance.between(1, 2));
  });
  fillSome(EVENTS.few, (offer) => planner.fillALittle(offer));
  return planner.waves.filter(({ steps }) => steps.length > 0);
}
