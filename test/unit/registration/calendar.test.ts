import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { calendarTag, calendarText, type Entry } from "#shared/registration/calendar/ics.ts";
import { eventEntry, isHeld, isShown, registrationEntry } from "#shared/registration/calendar/rules.ts";
import type { RegistrationView, SportEvent } from "#shared/registration/model.ts";
import { readCalendar } from "../../support/ics.ts";

const AT = new Date("2026-06-10T04:00:00.000Z");

const entry: Entry = {
  uid: "evt_1",
  sequence: 3,
  status: "CONFIRMED",
  startsAt: "2026-07-10T00:00:00.000Z",
  endsAt: "2026-07-10T09:00:00.000Z",
  summary: "平望镇运河健步走",
  location: "平望镇 平望文体活动中心",
  description: "项目：健步走",
};
const read = (entries: readonly Entry[], name = "我的活动") =>
  readCalendar(Buffer.from(calendarText(name, entries, AT)));

describe("a calendar's text", () => {
  it("is what a strict reader understands again", () => {
    const { name, entries } = read([entry, { ...entry, uid: "evt_2", status: "CANCELLED" }]);
    expect(name).toBe("我的活动");
    expect(entries).toEqual([
      { ...entry, uid: "evt_1@leyun" },
      { ...entry, uid: "evt_2@leyun", status: "CANCELLED" },
    ]);
  });

  it("may have no entry", () => expect(read([]).entries).toEqual([]));

  it("is stamped with when it was written, in UTC", () => {
    expect(calendarText("x", [entry], AT)).toContain("\r\nDTSTAMP:20260610T040000Z\r\n");
    expect(calendarText("x", [entry], AT)).toContain("\r\nDTSTART:20260710T000000Z\r\n");
  });

  it("keeps whatever people write, however long, and lets no text become a property", () => {
    const written = "第一行, 逗号; 分号\\反斜杠\n第二行\r\nSTATUS:CANCELLED\r𠮷👨‍👩‍👧é";
    const [understood] = read([{ ...entry, summary: written, description: written.repeat(90) }]).entries;
    const lines = written.replaceAll(/\r\n?/g, "\n");
    expect(understood).toMatchObject({ status: "CONFIRMED", summary: lines });
    expect(understood?.description).toBe(lines.repeat(90));
  });

  it("is well formed for any text", () => {
    // The service takes no control characters but the end of a line.
    const text = fc
      .string({
        unit: fc.oneof(
          fc.constantFrom(",", ";", "\\", "\n", ":", '"', "中", "𠮷"),
          fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
        ),
        maxLength: 200,
      })
      .map((written) =>
        written.replaceAll(/[\p{Cc}\u2028\u2029]/gu, (found) => (found === "\n" ? found : "")),
      );
    fc.assert(
      fc.property(text, text, text, (summary, location, description) => {
        const [understood] = read([{ ...entry, summary, location, description }]).entries;
        // A property without a value may be left out.
        expect(understood?.summary ?? "").toBe(summary);
        expect(understood?.description ?? "").toBe(description);
        expect(understood?.location ?? "").toBe(location);
      }),
    );
  });

  it("has a tag that stays while nothing that is shown has changed", () => {
    expect(calendarTag("x", [entry])).toBe(calendarTag("x", [{ ...entry }]));
    expect(calendarTag("x", [entry])).toMatch(/^W\/"[\w-]{22}"$/);
    const others = [
      calendarTag("y", [entry]),
      calendarTag("x", []),
      calendarTag("x", [{ ...entry, sequence: 4 }]),
    ];
    expect(new Set([calendarTag("x", [entry]), ...others]).size).toBe(4);
  });
});

const event = {
  eventId: "evt_1",
  name: "平望镇运河健步走",
  sport: "健步走",
  town: "平望镇",
  venue: "平望文体活动中心",
  startsAt: "2026-07-10T00:00:00.000Z",
  endsAt: "2026-07-10T09:00:00.000Z",
  signUpOpensAt: "2026-06-01T00:00:00.000Z",
  signUpClosesAt: "2026-07-01T00:00:00.000Z",
  cancelUntil: "2026-07-09T00:00:00.000Z",
  status: "published",
  version: 3,
  groups: [{ groupId: "grp_1", name: "成人组" }],
} as unknown as SportEvent;
const inState = (status: string) => ({ ...event, status }) as unknown as SportEvent;

describe("an event in a calendar", () => {
  it("has the event's version as its sequence, and times in Shanghai's words", () => {
    expect(eventEntry(event, "zh")).toMatchObject({ sequence: 3, status: "CONFIRMED", uid: "evt_1" });
    expect(eventEntry(event, "zh").description).toBe(
      "项目：健步走\n报名：2026年6月1日 08:00 至 2026年7月1日 08:00（北京时间）",
    );
    expect(eventEntry({ ...event, description: "自带水杯" }, "en").description).toBe(
      "Sport: 健步走\nSign-up: 2026-06-01 08:00 (Beijing time) to 2026-07-01 08:00 (Beijing time)\n自带水杯",
    );
  });

  it("is marked when it is cancelled, and stays when it is postponed", () => {
    expect(eventEntry(inState("cancelled"), "zh")).toMatchObject({
      status: "CANCELLED",
      summary: "【已取消】平望镇运河健步走",
    });
    expect(eventEntry(inState("postponed"), "zh")).toMatchObject({
      status: "CONFIRMED",
      summary: event.name,
    });
    const seen = ["draft", "published", "postponed", "cancelled"].map(inState);
    expect(seen.map(isShown)).toEqual([false, true, true, true]);
    expect(seen.map(isHeld)).toEqual([false, true, true, false]);
  });
});

describe("a registration in a calendar", () => {
  const registered = (status: string, more: object = {}) => ({
    view: {
      registrationId: "reg_1",
      eventId: "evt_1",
      groupId: "grp_1",
      participantId: "per_1",
      status,
      signedUpAt: "2026-06-02T00:00:00.000Z",
      ...more,
    } as RegistrationView,
    version: 2,
    nameMasked: "张**",
    another: false,
  });

  it.each([
    ["confirmed", "CONFIRMED", "已确认"],
    ["attended", "CONFIRMED", "已参加"],
    ["waitlisted", "TENTATIVE", "候补"],
    ["offered", "TENTATIVE", "候补名额待接受"],
    ["pending-draw", "TENTATIVE", "待抽签"],
    ["pending-approval", "TENTATIVE", "待审核"],
    ["pending-payment", "TENTATIVE", "待缴费"],
    ["queued", "TENTATIVE", "排队办理中"],
  ])("that is %s is %s and says so", (status, shown, words) => {
    const made = registrationEntry(event, registered(status), "zh");
    expect(made).toMatchObject({ status: shown, summary: `平望镇运河健步走（${words}）`, sequence: 5 });
    expect(made?.description).toContain(`报名状态：${words}`);
  });

  it.each(["cancelled", "expired", "rejected", "not-selected", "no-show"])(
    "that is over (%s) is in no calendar",
    (status) => expect(registrationEntry(event, registered(status), "zh")).toBeUndefined(),
  );

  it("names somebody else in its title, and until when a place is kept", () => {
    const offer = { offer: { expiresAt: "2026-06-03T04:00:00.000Z" } };
    const made = registrationEntry(event, { ...registered("offered", offer), another: true }, "zh");
    expect(made?.summary).toBe("平望镇运河健步走（张** 候补名额待接受）");
    expect(made?.description.split("\n")).toEqual([
      "参加者：张**",
      "组别：成人组",
      "报名状态：候补名额待接受",
      "请在2026年6月3日 12:00（北京时间）前接受名额",
      "取消截止：2026年7月9日 08:00（北京时间）",
    ]);
  });

  it("is cancelled with its event, whatever it says itself", () => {
    expect(registrationEntry(inState("cancelled"), registered("confirmed"), "en")).toMatchObject({
      status: "CANCELLED",
      summary: "Cancelled: 平望镇运河健步走 (confirmed)",
    });
  });
});
