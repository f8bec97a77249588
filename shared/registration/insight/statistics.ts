import { TOTAL } from "#shared/allotment/model.ts";
import type { SportEvent } from "../model.ts";
import { places } from "../store.ts";
import { availabilityView } from "../views.ts";
import { eachPage, participantsOf } from "./reading.ts";
import { type Lanes, placesOf, Tally, untouchedLanes } from "./rules.ts";

/** What an organiser is told of an event in numbers: places from their counters, the rest from the registrations. */
export async function statisticsOf(event: SportEvent, now: Date) {
  const { allotment } = event;
  const tally = new Tally();
  const [lanes, complete]: [Lanes, boolean] = await Promise.all([
    allotment ? places.readLanes(allotment, true) : untouchedLanes(event),
    !allotment || eachPage({ ...event, allotment }, (registrations) => tally.add(registrations, now)),
  ]);
  const { asOf, ...available } = availabilityView(event, lanes, now);
  const whole = lanes[TOTAL]?.reduce((sum, lane) => sum + lane.places, 0);
  return {
    eventId: event.eventId,
    asOf,
    complete,
    ...placesOf(event, { asOf, ...available }, lanes, whole),
    statuses: tally.statuses,
    days: tally.days,
    participants: await participantsOf(event, tally.confirmed),
  };
}
