import { describe, expect, it } from "vitest";
import { banInForce, FOR_LIFE } from "#shared/people/standing/model.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { type Entry, type Limits, withEntry } from "#shared/registration/standing/limits.ts";
import {
  afterEnd,
  afterLift,
  afterNoShow,
  bannedUntil,
  lapsesAt,
  pauseOf,
  refuseBarred,
  type Standing,
} from "#shared/registration/standing/rules.ts";

const now = new Date("2026-06-10T04:00:00.000Z");
const slug = (work: () => unknown): string => {
  try {
    work();
    return "none";
  } catch (error) {
    if (error instanceof Refusal) return error.problem.slug;
    throw error;
  }
};

describe("a ban", () => {
  it("lasts to the end of its last day in Asia/Shanghai", () => {
    expect(bannedUntil(now, 1)).toBe("2027-06-10T16:00:00.000Z");
    expect(bannedUntil(new Date("2026-06-10T16:30:00Z"), 2)).toBe("2028-06-11T16:00:00.000Z");
    expect(bannedUntil(new Date("2028-02-29T04:00:00Z"), 1)).toBe("2029-02-28T16:00:00.000Z");
    expect(bannedUntil(new Date("2028-02-29T04:00:00Z"), 4)).toBe("2032-02-28T16:00:00.000Z");
    expect(bannedUntil(now, "life")).toBe(FOR_LIFE);
  });

  it("of several is the one that lasts longest; what is over or waits for somebody bans nobody", () => {
    const cause = "other" as const;
    const bans = {
      ban_1: { cause, until: "2027-01-01T00:00:00.000Z" },
      ban_2: { cause, until: "2028-01-01T00:00:00.000Z" },
      ban_3: { cause, until: FOR_LIFE, pending: true as const },
    };
    expect(banInForce(bans, now)).toMatchObject({ banId: "ban_2" });
    expect(banInForce(bans, new Date("2028-01-01T00:00:00.000Z"))).toBeUndefined();
    expect(banInForce({}, now)).toBeUndefined();
  });

  it("holds before its last instant and not at it, and is told in full to who speaks for the person", () => {
    const until = "2026-06-10T04:00:00.001Z";
    const ban = { banId: "ban_1", cause: "other" as const, until };
    const me = { personId: "per_1", as: "self" as const, ban };
    expect(slug(() => refuseBarred(me, { now }))).toBe("banned");
    expect(slug(() => refuseBarred(me, { now: new Date(until) }))).toBe("none");
    const facts = (as: "self" | "guardian" | "proxy", byStaff?: true) => {
      try {
        refuseBarred({ ...me, as }, { now, ...(byStaff && { byStaff }) });
      } catch (error) {
        return Object.keys((error as Refusal).facts);
      }
      return [];
    };
    expect(facts("self")).toContain("until");
    expect(facts("guardian")).toContain("until");
    expect(facts("proxy")).toEqual(["personId", "explanation"]);
    expect(facts("self", true)).toEqual(["personId", "explanation"]);
  });
});

const rules = { count: 3, perDays: 180, pauseDays: 90 };
const ended = (date: string) => `${date}T09:00:00.000Z`;
/** How somebody stands after no-shows at events that ended on these days, in this order, with what was imposed. */
function after(dates: readonly string[], was?: Standing, at: (date: string) => Date = () => now) {
  let standing = was;
  const imposed = [];
  for (const [index, date] of dates.entries()) {
    const noShow = { registrationId: `reg_${date}`, personId: "per_1", eventId: "evt", endedAt: ended(date) };
    const result = afterNoShow(standing, noShow, rules, { penaltyId: `pen_${date}_${index}`, now: at(date) });
    standing = result.standing;
    if (result.imposed) imposed.push(result.imposed);
  }
  return { standing: standing as Standing, imposed };
}

describe("no-shows", () => {
  it("lead to a pause from the day after the last of so many within so many days, whenever it is noticed", () => {
    const { imposed, standing } = after(["2026-01-10", "2026-03-01", "2026-05-20"]);
    expect(imposed).toMatchObject([
      {
        from: "2026-05-20T16:00:00.000Z",
        until: "2026-08-18T16:00:00.000Z",
        noShows: [
          { registrationId: "reg_2026-01-10" },
          { registrationId: "reg_2026-03-01" },
          { registrationId: "reg_2026-05-20" },
        ],
      },
    ]);
    const late = after(
      ["2026-01-10", "2026-03-01", "2026-05-20"],
      undefined,
      () => new Date("2026-07-01T00:00Z"),
    );
    expect(late.imposed).toEqual(imposed);
    expect(pauseOf(standing)).toMatchObject({ until: "2026-08-18T16:00:00.000Z" });
  });

  it("count only within so many days of the last, to the day", () => {
    expect(after(["2026-01-01", "2026-02-01", "2026-06-29"]).imposed).toHaveLength(1);
    expect(after(["2026-01-01", "2026-02-01", "2026-06-30"]).imposed).toEqual([]);
  });

  it("that are noticed out of their order lead to the same penalty", () => {
    const dates = ["2026-01-10", "2026-03-01", "2026-05-20"];
    const [inOrder] = after(dates).imposed;
    for (const order of [
      [2, 0, 1],
      [1, 2, 0],
      [2, 1, 0],
    ])
      expect(after(order.map((at) => dates[at] ?? "")).imposed).toEqual([inOrder]);
  });

  it("lead to one penalty each: the fourth begins anew", () => {
    const six = ["2026-01-01", "2026-01-05", "2026-01-09", "2026-01-13", "2026-01-17", "2026-01-21"];
    expect(after(six.slice(0, 5)).imposed).toHaveLength(1);
    const { imposed } = after(six);
    expect(imposed).toHaveLength(2);
    expect(imposed[1]?.noShows.map(({ registrationId }) => registrationId)).toEqual(
      six.slice(3).map((date) => `reg_${date}`),
    );
  });

  it("of a penalty that is lifted count no longer; one whose time is over leaves no pause", () => {
    const { standing } = after(["2026-01-01", "2026-01-05", "2026-01-09"]);
    const { penaltyId = "" } = pauseOf(standing) ?? {};
    const lifted = afterLift(standing, penaltyId);
    expect([lifted.noShows, lifted.penalties, pauseOf(lifted)]).toEqual([{}, {}, undefined]);
    expect(lifted.version).toBe(standing.version + 1);
    const over = afterEnd(standing, penaltyId);
    expect([Object.keys(over.noShows).length, pauseOf(over)]).toEqual([3, undefined]);
    expect(after(["2026-01-13", "2026-01-17"], over).imposed).toEqual([]);
  });

  it("of several penalties pause until the last ends", () => {
    const { standing } = after(["2026-01-01", "2026-01-05", "2026-01-09"]);
    const two = { ...standing, penalties: { ...standing.penalties, pen_other: "2027-01-01T00:00:00.000Z" } };
    expect(pauseOf(two)?.penaltyId).toBe("pen_other");
    expect(pauseOf(afterLift(two, "pen_other"))?.until).toBe("2026-04-09T16:00:00.000Z");
  });

  it("are forgotten when they can matter no more", () => {
    const { standing } = after(["2026-01-01"]);
    expect(lapsesAt(standing, { perDays: 180, lateDays: 3 })).toBe("2026-07-03T09:00:00.000Z");
    expect(Object.keys(after(["2026-07-01"], standing).standing.noShows)).toEqual(["reg_2026-07-01"]);
  });
});

describe("the limits", () => {
  const limits = { activeMax: 2, perDays: 30, clash: true };
  const entry = (from: string, to: string, of: Partial<Entry> = {}): Entry => ({
    eventId: "evt",
    event: "健步走",
    startsAt: `${from}:00.000Z`,
    endsAt: `${to}:00.000Z`,
    signedUpAt: "2026-06-01T00:00:00.000Z",
    ...of,
  });
  const add = (was: Limits | undefined, id: string, one: Entry, of: Partial<typeof limits> = {}) =>
    withEntry(was, id, one, { rules: { ...limits, ...of }, now, named: true });
  const morning = entry("2026-07-01T01:00", "2026-07-01T04:00");

  it("refuse what shares an instant with another, not what begins when it ends", () => {
    const one = add(undefined, "reg_1", morning);
    const at = (from: string, to: string) =>
      slug(() => add(one, "reg_2", entry(`2026-07-01T${from}`, `2026-07-01T${to}`)));
    expect(at("04:00", "05:00")).toBe("none");
    expect(at("00:00", "01:00")).toBe("none");
    expect(at("03:59", "05:00")).toBe("time-clash");
    expect(at("00:00", "09:00")).toBe("time-clash");
    expect(at("02:00", "03:00")).toBe("time-clash");
    expect(slug(() => add(one, "reg_2", morning, { clash: false }))).toBe("none");
  });

  it("name the other event to who acts for the person only", () => {
    const one = add(undefined, "reg_1", morning);
    const facts = (named: boolean) => {
      try {
        withEntry(one, "reg_2", morning, { rules: limits, now, named });
      } catch (error) {
        return JSON.stringify((error as Refusal).facts);
      }
      return "";
    };
    expect(facts(true)).toContain("健步走");
    expect(facts(false)).not.toMatch(/健步走|evt|reg_1/);
  });

  it("count what was signed up for within so many days and has not ended", () => {
    const two = add(add(undefined, "reg_1", morning), "reg_2", entry("2026-07-02T01:00", "2026-07-02T04:00"));
    const third = entry("2026-07-03T01:00", "2026-07-03T04:00");
    expect(slug(() => add(two, "reg_3", third))).toBe("active-limit");
    expect(slug(() => add(two, "reg_2", entry("2026-07-02T01:00", "2026-07-02T04:00")))).toBe("none");
    const old = { signedUpAt: "2026-05-11T04:00:00.000Z" };
    const longAgo = { ...two, entries: { ...two.entries, reg_1: { ...morning, ...old } } };
    expect(slug(() => add(longAgo, "reg_3", third))).toBe("none");
    const past = entry("2026-06-09T01:00", "2026-06-10T04:00");
    const over = { ...two, entries: { ...two.entries, reg_1: past } };
    expect(Object.keys(add(over, "reg_3", third).entries)).toEqual(["reg_2", "reg_3"]);
  });
});
