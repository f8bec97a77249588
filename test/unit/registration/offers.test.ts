import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { offerDeadline } from "#shared/registration/offers.ts";
import { registrationPolicy } from "#shared/registration/policy.ts";

const MINUTE = 60_000;
const clock = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Shanghai",
  hour: "2-digit",
  hourCycle: "h23",
});
const hourIn = (milliseconds: number) => Number(clock.format(milliseconds));

/** Whole minutes from one instant to another of which the hour in Shanghai is one of the day's. */
function countedMinutes(from: number, to: number, of: { fromHour: number; toHour: number }): number {
  let counted = 0;
  for (let at = from; at < to; at += MINUTE) {
    const hour = hourIn(at);
    if (of.fromHour <= hour && hour < of.toHour) counted += 1;
  }
  return counted;
}

const minuteOfTheYear = fc
  .integer({ min: 0, max: 366 * 24 * 60 })
  .map((minute) => Date.UTC(2026, 0, 1) + minute * MINUTE);

describe("how long an offer is kept", () => {
  it.each([
    ["noon", "2026-06-10T04:00:00.000Z", "2026-06-10T08:00:00.000Z"],
    ["the last moment that is enough today", "2026-06-10T10:00:00.000Z", "2026-06-10T14:00:00.000Z"],
    ["nine in the evening", "2026-06-10T13:00:00.000Z", "2026-06-11T03:00:00.000Z"],
    ["ten in the evening", "2026-06-10T14:00:00.000Z", "2026-06-11T04:00:00.000Z"],
    ["before dawn", "2026-06-10T20:30:00.000Z", "2026-06-11T04:00:00.000Z"],
    ["eight in the morning", "2026-06-11T00:00:00.000Z", "2026-06-11T04:00:00.000Z"],
    ["New Year's Eve", "2026-12-31T13:59:59.999Z", "2027-01-01T03:59:59.999Z"],
  ])("from %s", (_, offered, until) => {
    expect(offerDeadline(new Date(offered), registrationPolicy.offer.value)).toBe(until);
  });

  it("is exactly the policy's minutes, counted between its hours alone", () => {
    const policies = fc
      .record({
        minutes: fc.integer({ min: 1, max: 3_000 }),
        fromHour: fc.integer({ min: 0, max: 23 }),
        hours: fc.integer({ min: 1, max: 24 }),
      })
      .map(({ minutes, fromHour, hours }) => ({
        minutes,
        fromHour,
        toHour: Math.min(24, fromHour + hours),
      }));
    fc.assert(
      fc.property(minuteOfTheYear, policies, (now, policy) => {
        const until = Date.parse(offerDeadline(new Date(now), policy));
        expect(countedMinutes(now, until, policy)).toBe(policy.minutes);
        // It ends with the last minute that counts, not some night later.
        expect(countedMinutes(until - MINUTE, until, policy)).toBe(1);
      }),
      { numRuns: 100 },
    );
  });

  it("never ends at night, and never ends sooner for who is offered a place later", () => {
    const { value } = registrationPolicy.offer;
    fc.assert(
      fc.property(minuteOfTheYear, fc.integer({ min: 0, max: 86_400_000 }), (first, later) => {
        const until = Date.parse(offerDeadline(new Date(first), value));
        const hour = hourIn(until - 1);
        expect(value.fromHour <= hour && hour < value.toHour).toBe(true);
        expect(Date.parse(offerDeadline(new Date(first + later), value))).toBeGreaterThanOrEqual(until);
      }),
    );
  });
});

it("an offer is kept no longer than its event allows", () => {
  const policy = { minutes: 240, fromHour: 8, toHour: 22 };
  const now = new Date("2026-06-10T04:00:00.000Z");
  expect(offerDeadline(now, policy, "2026-06-10T05:00:00.000Z")).toBe("2026-06-10T05:00:00.000Z");
  expect(offerDeadline(now, policy, "2026-06-11T05:00:00.000Z")).toBe("2026-06-10T08:00:00.000Z");
});
