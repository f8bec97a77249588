import { describe, expect, it } from "vitest";
import { Refusal } from "#shared/platform/problem.ts";
import { draftEvent, publishEvent } from "#shared/registration/eventRules.ts";
import type { RegistrationClaim, SportEvent } from "#shared/registration/model.ts";
import { againOn, eventFrom } from "#shared/registration/programme/drafting.ts";
import { newEvent } from "#shared/registration/programme/draftSchemas.ts";
import type { Series, SeriesInput } from "#shared/registration/programme/model.ts";
import {
  attended,
  changedSeries,
  newSeries,
  refuseOutsideDays,
  roundOf,
  tickedChecklist,
} from "#shared/registration/programme/rules.ts";
import { templateIds } from "#shared/registration/programme/schemas.ts";
import { type TemplateId, templates } from "#shared/registration/programme/templates.ts";

/** What a refusal says: its slug and where. */
const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal)
      return [error.problem.slug, ...error.errors.map(({ pointer }) => pointer)].join(" ");
    throw error;
  }
  return "nothing";
};

let made = 0;
const newGroupId = () => {
  made += 1;
  return `grp_${String(made).padStart(26, "0")}`;
};
const drafted = (of: Record<string, unknown>, round = {}): SportEvent =>
  draftEvent(eventFrom(newEvent.parse(of)), "org-1", { eventId: "evt_1", newGroupId }, round);

const base = { name: "环湖跑", town: "同里镇", venue: "同里健身步道", startsAt: "2026-11-08T00:00:00.000Z" };
const own = (templateId: TemplateId) => (templates[templateId].fills.sport ? {} : { sport: "篮球" });

describe("a template", () => {
  it.each(templateIds)("%s fills in what is left out, to a draft that can be published", (template) => {
    const event = drafted({ ...base, ...own(template), template });
    expect(event.status).toBe("draft");
    const done = { ...event, checklist: event.checklist.map((item) => ({ ...item, done: true })) };
    expect(publishEvent(done, new Date("2026-08-01T00:00:00Z")).published.status).toBe("published");
    expect(event.checklist.some(({ required }) => required)).toBe(true);
  });

  it("of a road race has the ages of the year's end, a waiver with its version, and the insurer's consent apart", () => {
    const { groups, statements, ...event } = drafted({ ...base, template: "road-race" });
    expect(groups.slice(0, 2)).toMatchObject([
      { name: "马拉松", minAge: 20, ageOn: "year-end" },
      { name: "半程马拉松", minAge: 16, ageOn: "year-end" },
    ]);
    expect(statements.map(({ statementId, version, required }) => [statementId, version, required])).toEqual([
      ["waiver", "2026-01", true],
      ["health", "2026-01", true],
      ["insurer", "2026-01", false],
    ]);
    // Sixty days before at ten, fifteen before at ten in the evening, fourteen before at noon, in Shanghai.
    expect(event).toMatchObject({
      sport: "健身跑",
      endsAt: "2026-11-08T06:30:00.000Z",
      signUpOpensAt: "2026-09-09T02:00:00.000Z",
      signUpClosesAt: "2026-10-24T14:00:00.000Z",
      cancelUntil: "2026-10-25T04:00:00.000Z",
    });
  });

  it("gives way to whatever the organiser says, also to no statements at all", () => {
    const groups = [{ name: "10公里", capacity: 7 }];
    const event = drafted({
      ...base,
      template: "road-race",
      groups,
      statements: [],
      endsAt: "2026-11-08T03:00:00Z",
    });
    expect(event.groups).toMatchObject([{ name: "10公里", capacity: 7 }]);
    expect(event).toMatchObject({ statements: [], endsAt: "2026-11-08T03:00:00.000Z", level: "general" });
  });

  it("says of its rules where they come from, and that a lawyer has to look", () => {
    const items = templateIds.flatMap((id) => templates[id].fills.checklist);
    const sources = items.flatMap(({ source }) => source ?? []);
    expect(sources.some(({ zh }) => zh.includes("国家体育总局令第31号"))).toBe(true);
    expect(sources.every(({ verify }) => verify)).toBe(true);
  });

  it("does not say what only the organiser knows", () => {
    expect(refusal(() => drafted({ ...base, template: "ball-league" }))).toBe("invalid-body /sport");
    expect(refusal(() => drafted({ name: "跑", template: "road-race" }))).toContain("invalid-body");
  });
});

describe("an event to which one may come as one is", () => {
  const walk = { ...base, sport: "健步走", kind: "activity", endsAt: "2026-11-08T02:00:00.000Z" };

  it("needs neither groups nor a time to sign up", () => {
    expect(drafted({ ...walk, dropIn: true })).toMatchObject({ groups: [], dropIn: true, mode: "direct" });
  });

  it("is an activity, and any other event has groups", () => {
    expect(refusal(() => drafted({ ...walk, dropIn: true, kind: "race" }))).toBe("invalid-event /dropIn");
    const times = { signUpOpensAt: "2026-10-01T00:00:00Z", signUpClosesAt: "2026-10-02T00:00:00Z" };
    expect(refusal(() => drafted({ ...walk, ...times, groups: [] }))).toBe("invalid-event /groups");
    expect(refusal(() => drafted({ ...walk, ...times }))).toBe("invalid-body /groups");
  });
});

describe("an event that is made again on another day", () => {
  const pools = [
    { name: "老年", capacity: 5, rule: { minAge: 60 }, flowsBackAt: "2026-10-20T00:00:00.000Z" },
  ];
  const old = (): SportEvent => ({
    ...drafted({
      ...base,
      template: "road-race",
      groups: [{ name: "10公里", capacity: 50, minAge: 18, pools }],
      checklist: [{ itemId: "medical", title: "医疗" }],
    }),
    status: "published",
    version: 7,
    checklist: [
      { itemId: "medical", title: "医疗", required: true, done: true, note: "已签", uploadId: "upl_1" },
    ],
  });
  // Thirty minutes later in the day, and 364 days on.
  const startsAt = "2027-11-07T00:30:00.000Z";

  it("keeps everything, moves its days by whole days, and begins anew", () => {
    const before = old();
    const input = againOn(before, { startsAt });
    const after = draftEvent(input, "org-1", { eventId: "evt_2", newGroupId });
    expect(after).toMatchObject({
      name: "环湖跑",
      status: "draft",
      version: 1,
      startsAt,
      endsAt: "2027-11-07T06:30:00.000Z",
      signUpOpensAt: "2027-09-08T02:00:00.000Z",
      signUpClosesAt: "2027-10-23T14:00:00.000Z",
      cancelUntil: "2027-10-24T04:00:00.000Z",
      groups: [{ name: "10公里", minAge: 18, pools: [{ flowsBackAt: "2027-10-19T00:00:00.000Z" }] }],
      statements: before.statements,
    });
    expect(after.groups[0]?.groupId).not.toBe(before.groups[0]?.groupId);
    expect(after.checklist).toEqual([{ itemId: "medical", title: "医疗", required: true, done: false }]);
    expect(after).not.toHaveProperty("allotment");
  });

  it("stays in its series unless another is named, or none", () => {
    const before = { ...old(), seriesId: "ser_00000000000000000000000001", tier: "t1", enterAt: "evt_9" };
    const of = ({ seriesId, tier }: { seriesId?: string | undefined; tier?: string | undefined }) => [
      seriesId,
      tier,
    ];
    expect(of(againOn(before, { startsAt }))).toEqual([before.seriesId, "t1"]);
    expect(of(againOn(before, { startsAt, seriesId: null }))).toEqual([undefined, undefined]);
    const other = "ser_00000000000000000000000002";
    expect(of(againOn(before, { startsAt, seriesId: other, tier: "t2" }))).toEqual([other, "t2"]);
    expect(againOn(before, { startsAt })).not.toHaveProperty("enterAt");
  });
});

describe("a series", () => {
  const input = (of: Partial<SeriesInput> = {}): SeriesInput => ({
    name: "男子篮球联赛",
    kind: "league",
    season: "2026",
    entry: "each-round",
    tiers: [],
    ...of,
  });
  const series = (of: Partial<SeriesInput> = {}): Series =>
    newSeries(input(of), { seriesId: "ser_1", organiserId: "org-1" });
  const rule = { points: [3, 1], beyond: 0, minRounds: 1, tieBreaks: [] };

  it("names tiers that come without an id by the next number that is free", () => {
    const tiers = [{ name: "甲级" }, { tierId: "t1", name: "乙级" }, { name: "丙级" }];
    expect(series({ tiers }).tiers.map(({ tierId }) => tierId)).toEqual(["t2", "t1", "t3"]);
  });

  it("does not contradict itself", () => {
    const twice = [{ name: "甲级" }, { name: "甲级" }];
    expect(refusal(() => series({ tiers: twice }))).toBe("invalid-series /tiers");
    const rising = { ...rule, points: [3, 1, 2] };
    expect(refusal(() => series({ rule: rising }))).toBe("invalid-series /rule/points");
    expect(refusal(() => series({ rule: { ...rule, beyond: 2 } }))).toBe("invalid-series /rule/points");
    const same = { ...rule, tieBreaks: ["most-wins", "most-wins"] } as const;
    expect(refusal(() => series({ rule: { ...same, tieBreaks: [...same.tieBreaks] } }))).toBe(
      "invalid-series /rule/tieBreaks",
    );
  });

  it("keeps its tiers, which may be renamed and joined by others", () => {
    const before = series({ tiers: [{ name: "甲级" }, { name: "乙级" }] });
    expect(refusal(() => changedSeries(before, { tiers: [{ tierId: "t1", name: "甲级" }] }))).toBe(
      "invalid-series /tiers",
    );
    const tiers = [...before.tiers.map(({ tierId }, at) => ({ tierId, name: `新${at}` })), { name: "丙级" }];
    expect(changedSeries(before, { tiers })).toMatchObject({ version: 2, tiers: [{}, {}, { tierId: "t3" }] });
    expect(changedSeries(before, { season: "2027" }).tiers).toEqual(before.tiers);
  });

  const startsAt = "2026-07-01T00:00:00.000Z";

  it("has rounds of one of its tiers, where it has any", () => {
    const tiered = series({ tiers: [{ name: "甲级" }] });
    expect(roundOf(tiered, { tier: "t1", startsAt }, undefined)).toEqual({ seriesId: "ser_1", tier: "t1" });
    for (const [of, tier] of [
      [tiered, undefined],
      [tiered, "t2"],
      [series(), "t1"],
      [undefined, "t1"],
    ] as const)
      expect(refusal(() => roundOf(of, { tier, startsAt }, undefined))).toBe("invalid-event /tier");
  });

  it("with one entry has it taken by the first round that is made, before which none begins", () => {
    const whole = series({ entry: "whole" });
    const entry = { eventId: "evt_1", startsAt };
    expect(roundOf(whole, { startsAt }, undefined)).toEqual({ seriesId: "ser_1", entryFor: "series" });
    expect(roundOf(whole, { startsAt }, entry)).toEqual({ seriesId: "ser_1", enterAt: "evt_1" });
    const early = { startsAt: "2026-06-30T23:59:59.999Z" };
    expect(refusal(() => roundOf(whole, early, entry))).toBe("invalid-event /startsAt");
  });
});

describe("a checklist", () => {
  const item = { itemId: "medical", title: "医疗", required: true, done: false };
  const by = { doneBy: "act_1", now: new Date("2026-06-10T04:00:00.000Z") };
  const draft = { checklist: [item, { ...item, itemId: "safety" }], status: "draft" } as const;

  it("keeps what was noted with an item until it is noted anew, and nothing of who did what is open again", () => {
    const [done] = tickedChecklist(
      { ...draft, checklist: [...draft.checklist] },
      "medical",
      { done: true, note: "已签" },
      by,
    );
    expect(done).toMatchObject({ done: true, doneAt: by.now.toISOString(), doneBy: "act_1", note: "已签" });
    const again = { checklist: [done ?? item], status: "draft" } as const;
    const [open] = tickedChecklist(
      { ...again, checklist: [...again.checklist] },
      "medical",
      { done: false },
      by,
    );
    expect(open).toEqual({ ...item, note: "已签" });
  });

  it("of a published event is not opened again", () => {
    const published = { checklist: [{ ...item, done: true }], status: "published" } as const;
    expect(
      refusal(() =>
        tickedChecklist(
          { ...published, checklist: [...published.checklist] },
          "medical",
          { done: false },
          by,
        ),
      ),
    ).toBe("event-not-draft");
  });
});

describe("check-in", () => {
  const days = {
    status: "published",
    // The tenth, 23:00, to the twelfth, 01:00, in Shanghai.
    startsAt: "2026-07-10T15:00:00.000Z",
    endsAt: "2026-07-11T17:00:00.000Z",
  } as const;
  it.each([
    ["2026-07-09T15:59:59.999Z", "check-in-not-open"],
    ["2026-07-09T16:00:00.000Z", "nothing"],
    ["2026-07-12T15:59:59.999Z", "nothing"],
    ["2026-07-12T16:00:00.000Z", "check-in-not-open"],
  ])("is on the event's days by the calendar of Shanghai: %s, %s", (now, told) => {
    expect(refusal(() => refuseOutsideDays(days, new Date(now)))).toBe(told);
    const draft = { ...days, status: "draft" } as const;
    expect(refusal(() => refuseOutsideDays(draft, new Date(now)))).toBe("event-not-published");
  });

  it.each(["waitlisted", "offered", "cancelled", "expired"] as const)("is not for who is %s", (status) => {
    const claim = { status } as RegistrationClaim;
    expect(refusal(() => attended(claim, new Date()))).toBe("registration-not-confirmed");
  });
});
