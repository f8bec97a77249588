import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { statistics } from "#shared/policies/definitions/statistics.ts";
import { ageBands, bySex, Tally } from "#shared/registration/insight/rules.ts";
import type { Registration } from "#shared/registration/store.ts";

const { agesFrom } = statistics.participants.defaults[0]?.value ?? { agesFrom: [] };
const people = (age: number, count: number): number[] => Array(count).fill(age);

describe("people by age", () => {
  it("stand in the bands that a policy names", () => {
    const ages = [...people(20, 5), ...people(24, 2), ...people(25, 6), ...people(80, 9)];
    expect(ageBands(ages, [0, 25, 65], 5)).toEqual([
      { from: 0, to: 24, count: 7 },
      { from: 25, to: 64, count: 6 },
      { from: 65, count: 9 },
    ]);
  });

  it("of whom there are few are counted with those above them, the last with those below", () => {
    expect(ageBands([...people(3, 4), ...people(10, 1), ...people(70, 4)], [0, 6, 14, 65], 5)).toEqual([
      { from: 0, count: 9 },
    ]);
    expect(ageBands([...people(3, 4), ...people(30, 6), ...people(70, 5)], [0, 18, 65], 5)).toEqual([
      { from: 0, to: 64, count: 10 },
      { from: 65, count: 5 },
    ]);
  });

  it("are not shown where all together are few", () => {
    expect(ageBands(people(30, 4), agesFrom, 5)).toEqual([]);
    expect(ageBands([], agesFrom, 5)).toEqual([]);
  });

  it("are all counted, in bands that follow each other, none of few", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 110 }), { maxLength: 60 }), (ages) => {
        const bands = ageBands(ages, agesFrom, 5);
        const counted = bands.reduce((sum, { count }) => sum + count, 0);
        expect(counted).toBe(ages.length < 5 ? 0 : ages.length);
        for (const [at, { from, to, count }] of bands.entries()) {
          expect(count).toBeGreaterThanOrEqual(5);
          expect(from).toBe(at === 0 ? 0 : (bands[at - 1]?.to ?? Number.NaN) + 1);
          expect(to === undefined).toBe(at === bands.length - 1);
          expect(count).toBe(ages.filter((age) => age >= from && age <= (to ?? 200)).length);
        }
      }),
    );
  });
});

describe("people by sex", () => {
  it("are shown where no number is small but none", () => {
    expect(bySex({ male: 5, female: 7 }, 5)).toEqual([
      { sex: "male", count: 5 },
      { sex: "female", count: 7 },
    ]);
    expect(bySex({ male: 9, female: 0 }, 5)).toHaveLength(2);
  });

  it("are not shown where one number, and so the other, would show few", () => {
    expect(bySex({ male: 4, female: 70 }, 5)).toEqual([]);
    expect(bySex({ male: 1, female: 0 }, 5)).toEqual([]);
    expect(bySex({ male: 0, female: 0 }, 5)).toEqual([]);
  });
});

it("days are Shanghai's, and a registration is counted by its last word", () => {
  const tally = new Tally();
  const registration = (claim: object) =>
    ({
      registrationId: "reg_1",
      claim: { groupId: "grp_1", participantId: "per_1", ...claim },
    }) as Registration;
  tally.add(
    [
      registration({ status: "confirmed", signedUpAt: "2026-06-09T15:59:59.999Z" }),
      registration({ status: "confirmed", signedUpAt: "2026-06-09T16:00:00.000Z" }),
      registration({
        status: "cancelled",
        signedUpAt: "2026-06-08T16:00:00.000Z",
        cancelledAt: "2026-06-09T16:00:00.000Z",
      }),
      registration({
        status: "offered",
        offerExpiresAt: "2026-06-10T03:59:00.000Z",
        signedUpAt: "2026-06-09T16:00:00.000Z",
      }),
    ],
    new Date("2026-06-10T04:00:00.000Z"),
  );
  expect(tally.days).toEqual([
    { date: "2026-06-09", signUps: 2, cancellations: 0 },
    { date: "2026-06-10", signUps: 2, cancellations: 1 },
  ]);
  expect(tally.statuses).toEqual([
    { status: "cancelled", count: 1 },
    { status: "confirmed", count: 2 },
    { status: "expired", count: 1 },
  ]);
  expect(tally.confirmed).toHaveLength(2);
});
