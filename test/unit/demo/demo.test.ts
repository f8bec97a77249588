import { expect, it } from "vitest";
import { makeEvents, windowStateOf } from "#local/demo/events.ts";
import { facilities, sports, towns } from "#local/demo/facts.ts";
import { makeMerchants } from "#local/demo/merchants.ts";
import { makePeople } from "#local/demo/people.ts";
import { makeSeries } from "#local/demo/series.ts";
import { drafted } from "#shared/merchants/rules.ts";
import { accountInput, merchantInput, venueInput } from "#shared/merchants/schemas.ts";
import { draftEvent } from "#shared/registration/eventRules.ts";
import { eventInput } from "#shared/registration/eventSchemas.ts";
import { eventFrom } from "#shared/registration/programme/drafting.ts";
import { newEvent } from "#shared/registration/programme/draftSchemas.ts";
import { newSeries } from "#shared/registration/programme/rules.ts";
import { seriesInput } from "#shared/registration/programme/schemas.ts";

const now = new Date("2026-06-10T04:00:00.000Z");
const events = makeEvents(1, now);

it("the demonstration is the same at every start", () => {
  expect(makeEvents(1, now)).toEqual(events);
  expect(makePeople(1, now)).toEqual(makePeople(1, now));
});

it("holds at least 500 events over every town, facility and sport of the plan", () => {
  expect(events.filter(({ draft }) => !draft).length).toBeGreaterThanOrEqual(500);
  const held = events.map(({ input }) => input);
  const missing = (names: readonly string[], of: (input: (typeof held)[number]) => string) =>
    names.filter((name) => !held.some((input) => of(input) === name));
  expect(
    missing(
      towns.map(({ name }) => name),
      ({ town }) => town,
    ),
  ).toEqual([]);
  expect(missing(sports, ({ sport }) => sport)).toEqual([]);
  expect(
    missing(
      facilities.map(({ name }) => name),
      ({ venue }) => venue,
    ),
  ).toEqual([]);
});

it("is what the API takes, with sign-up open, ahead and over", () => {
  for (const { input, organiser } of events) {
    const ids = { eventId: "evt_1", newGroupId: () => crypto.randomUUID() };
    expect(draftEvent(eventInput.parse(input), organiser, ids).status).toBe("draft");
  }
  expect(new Set(events.map(({ input }) => windowStateOf(input, now)))).toEqual(
    new Set(["not-open", "open", "closed"]),
  );
});

it("has a series of three rounds to sign up for and an activity to which one may come as one is", () => {
  const { series, rounds, activity, organiser } = makeSeries(now);
  const made = newSeries(seriesInput.parse(series), { seriesId: "ser_1", organiserId: organiser });
  expect(made.rule?.bestOf).toBe(2);
  const ids = { eventId: "evt_1", newGroupId: () => crypto.randomUUID() };
  const drafts = [...rounds, activity].map((of) => draftEvent(eventFrom(newEvent.parse(of)), organiser, ids));
  expect(drafts.map(({ dropIn }) => dropIn)).toEqual([false, false, false, true]);
  expect(drafts.every(({ startsAt }) => startsAt > now.toISOString())).toBe(true);
  expect(rounds.map((of) => windowStateOf(eventInput.parse(of), now))).toEqual(["open", "open", "open"]);
});

it("has about a dozen merchants that the API takes, most of them admitted, the first the persona's gym", () => {
  const merchants = makeMerchants(now);
  expect(makeMerchants(now)).toEqual(merchants);
  expect(merchants.length).toBeGreaterThanOrEqual(12);
  expect(merchants[0]).toMatchObject({ sub: "demo-merchant", ending: "approved" });
  const endings = Map.groupBy(merchants, ({ ending }) => ending);
  expect(new Set(endings.keys())).toEqual(new Set(["applied", "approved", "frozen", "rejected"]));
  expect(endings.get("approved")?.length).toBeGreaterThan(merchants.length / 2);
  const codes = merchants.map(({ input, custodyAccount, venues }) => {
    if (custodyAccount) accountInput.parse(custodyAccount);
    for (const venue of venues) venueInput.parse(venue);
    const of = { merchantId: "mer_1", actor: "act_1", org: undefined, now };
    return drafted(merchantInput.parse(input), of).creditCode;
  });
  expect(new Set(codes).size).toBe(merchants.length);
  expect(codes.every((code) => code.startsWith("91320599"))).toBe(true);
});
