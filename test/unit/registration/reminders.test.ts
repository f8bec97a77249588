import { describe, expect, it } from "vitest";
import type { RegistrationClaim } from "#shared/registration/model.ts";
import { isNews, isTime, recipientsOf, reminderId } from "#shared/registration/reminders/rules.ts";

const dayBefore = { dueHours: 24, lateHours: 12 };
const START = "2026-07-10T06:00:00.000Z";
const before = (hours: number, ms = 0) => new Date(Date.parse(START) - hours * 3_600_000 + ms);

describe("a reminder", () => {
  it("is told from its hour on, and no more when that would be late", () => {
    expect(isTime(START, dayBefore, before(24, -1))).toBe(false);
    expect(isTime(START, dayBefore, before(24))).toBe(true);
    expect(isTime(START, dayBefore, before(12, -1))).toBe(true);
    expect(isTime(START, dayBefore, before(12))).toBe(false);
    expect(isTime(START, dayBefore, before(-1))).toBe(false);
  });

  it("is no news to who signed up when it was due", () => {
    const signedUp = (at: Date) => isNews({ signedUpAt: at.toISOString() }, START, dayBefore);
    expect(signedUp(before(24))).toBe(true);
    expect(signedUp(before(24, 1))).toBe(false);
  });

  it("is another for another kind, another event, and another time of the event", () => {
    const of = { eventId: "evt_1", startsAt: START };
    const ids = [
      reminderId(of, "dayBefore"),
      reminderId(of, "soon"),
      reminderId({ ...of, eventId: "evt_2" }, "soon"),
      reminderId({ ...of, startsAt: "2026-07-11T06:00:00.000Z" }, "soon"),
    ];
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[\w.:-]{1,120}$/);
  });
});

describe("who is told", () => {
  const claim = (signedUpBy: string, participantId: string) =>
    ({ signedUpBy, participantId }) as RegistrationClaim;

  it("is whoever signed up, and a participant who has an account", () => {
    expect(recipientsOf(claim("per_1", "per_1"), { account: "a" })).toEqual(["per_1"]);
    expect(recipientsOf(claim("per_1", "per_2"), {})).toEqual(["per_1"]);
    expect(recipientsOf(claim("per_1", "per_2"), undefined)).toEqual(["per_1"]);
    expect(recipientsOf(claim("per_1", "per_2"), { account: "a" })).toEqual(["per_1", "per_2"]);
  });

  it("is the participant where a desk signed them up", () => {
    expect(recipientsOf(claim("act_1", "per_2"), {})).toEqual(["per_2"]);
  });
});
