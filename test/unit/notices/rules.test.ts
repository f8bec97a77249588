import { describe, expect, it } from "vitest";
import type { Notice } from "#shared/notices/model.ts";
import { begun, channelDue, failed, notSent, quietUntil, received, sent } from "#shared/notices/rules.ts";

const now = new Date("2026-06-10T04:00:00.000Z");
const minutesLater = (minutes: number) => new Date(now.getTime() + minutes * 60_000).toISOString();
const fresh: Notice = {
  noticeId: "n",
  personId: "per_1",
  at: now.toISOString(),
  template: "registration-offered",
  facts: {},
  about: "reg_1",
  delivery: "due",
  channels: {},
  dueAt: now.toISOString(),
  version: 1,
};

describe("quiet hours", () => {
  const overnight = { from: "22:00", to: "08:00" };
  it.each([
    ["2026-06-10T13:59:59.999Z", undefined],
    ["2026-06-10T14:00:00.000Z", "2026-06-11T00:00:00.000Z"],
    ["2026-06-10T15:59:59.000Z", "2026-06-11T00:00:00.000Z"],
    ["2026-06-10T16:00:00.000Z", "2026-06-11T00:00:00.000Z"],
    ["2026-06-10T23:59:59.999Z", "2026-06-11T00:00:00.000Z"],
    ["2026-06-11T00:00:00.000Z", undefined],
  ])("at %s last until %s", (at, until) => {
    expect(quietUntil(new Date(at), overnight)).toBe(until);
  });

  it("may lie within a day, or be none at all", () => {
    const noon = { from: "12:00", to: "13:30" };
    expect(quietUntil(now, noon)).toBe("2026-06-10T05:30:00.000Z");
    expect(quietUntil(new Date("2026-06-10T05:30:00.000Z"), noon)).toBeUndefined();
    expect(quietUntil(now, { from: "12:00", to: "12:00" })).toBeUndefined();
  });
});

describe("channels", () => {
  it("are tried one after the other, the next at once when one has failed", () => {
    expect(channelDue(fresh)).toBe("wechat");
    const next = failed(begun(fresh, "wechat", now), "wechat", "no-address", now);
    expect([channelDue(next), next.delivery, next.dueAt]).toEqual(["sms", "due", now.toISOString()]);
    const none = failed(begun(next, "sms", now), "sms", "unknown-number", now);
    expect([channelDue(none), none.delivery, none.dueAt]).toEqual([undefined, "failed", undefined]);
  });

  it("wait 1, 5 and 30 minutes and two hours between attempts, and have then failed", () => {
    let notice = failed(begun(fresh, "wechat", now), "wechat", "no-address", now);
    const pauses: (string | undefined)[] = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      notice = notSent(begun(notice, "sms", now), "sms", "busy", now);
      pauses.push(notice.dueAt);
    }
    expect(pauses).toEqual([...[1, 5, 30, 120].map(minutesLater), undefined]);
    expect(notice).toMatchObject({ delivery: "failed", channels: { sms: { attempts: 5, reason: "busy" } } });
  });

  it("of which an attempt was begun and nothing more is known are due again after the same pause", () => {
    expect(begun(fresh, "wechat", now).dueAt).toBe(minutesLater(1));
    const five = { ...fresh, channels: { wechat: { state: "due", attempts: 5 } } } as const;
    expect(begun(five, "wechat", now).channels.wechat).toMatchObject({ state: "failed", attempts: 5 });
  });
});

describe("a receipt", () => {
  const taken = sent(begun(fresh, "wechat", now), "wechat", "p-1", now);

  it("says that it arrived, which is final", () => {
    expect([taken.delivery, taken.dueAt, taken.deliveredAt]).toEqual(["sent", undefined, undefined]);
    const there = received(taken, "wechat", "delivered", now);
    expect(there).toMatchObject({ delivery: "delivered", deliveredAt: now.toISOString() });
    expect(received(there as Notice, "wechat", "failed", now)).toBeUndefined();
    expect(received(there as Notice, "wechat", "delivered", now)).toBeUndefined();
  });

  it("says that it did not arrive: the turn passes on", () => {
    const lost = received(taken, "wechat", "failed", now) as Notice;
    expect([lost.delivery, channelDue(lost)]).toEqual(["due", "sms"]);
    // A later word of the first that it arrived after all leaves nothing to do.
    const after = received(lost, "wechat", "delivered", now);
    expect(after).toMatchObject({ delivery: "delivered", channels: { wechat: { state: "delivered" } } });
    expect(after).not.toHaveProperty("dueAt");
  });

  it("of what was never sent changes nothing", () => {
    expect(received(fresh, "sms", "delivered", now)).toBeUndefined();
  });
});
