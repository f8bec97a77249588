import { leaseUntil } from "#shared/delivery/due.ts";
import {
  type BusinessDate,
  businessDate,
  type Instant,
  shanghaiClock,
  startOfBusinessDay,
} from "#shared/platform/time.ts";
import type { ChannelState, Notice } from "./model.ts";
import type { Channel } from "./template.ts";
import { templates } from "./templates.ts";

/** Minutes from one attempt to the next; after the last the channel has failed. */
const PAUSES = [1, 5, 30, 120] as const;
const ATTEMPTS = PAUSES.length + 1;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

const timeOn = (day: BusinessDate, time: string): Instant => {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return new Date(Date.parse(startOfBusinessDay(day)) + hours * HOUR_MS + minutes * 60_000).toISOString();
};

/** When the quiet hours end in which an instant lies, or `undefined` outside them. They may pass midnight. */
export function quietUntil(now: Date, { from, to }: { from: string; to: string }): Instant | undefined {
  const { time } = shanghaiClock(now);
  const overnight = from > to;
  const quiet = overnight ? time >= from || time < to : time >= from && time < to;
  if (!quiet) return undefined;
  const endsTomorrow = overnight && time >= from;
  return timeOn(businessDate(new Date(now.getTime() + (endsTomorrow ? DAY_MS : 0))), to);
}

const untried: ChannelState = { state: "due", attempts: 0 };
const stateOf = ({ channels }: Pick<Notice, "channels">, channel: Channel) => channels[channel] ?? untried;

/** The channel whose turn it is: the first that did not fail, if it is still to be tried. */
export function channelDue(notice: Pick<Notice, "template" | "channels">): Channel | undefined {
  const standing = templates[notice.template].channels.find(
    (channel) => stateOf(notice, channel).state !== "failed",
  );
  return standing && stateOf(notice, standing).state === "due" ? standing : undefined;
}

/** The notice after one of its channels changed; where the turn passes to the next, that one is due at once. */
function withChannel(notice: Notice, channel: Channel, state: ChannelState, now: Date): Notice {
  const { dueAt: _due, ...kept } = notice;
  const channels = { ...notice.channels, [channel]: state };
  const next = channelDue({ ...notice, channels });
  const states = Object.values(channels).map((one) => one.state);
  const delivery =
    notice.deliveredAt !== undefined || states.includes("delivered")
      ? "delivered"
      : next
        ? "due"
        : states.includes("sent")
          ? "sent"
          : "failed";
  const due = delivery === "due" && { dueAt: now.toISOString() };
  return { ...kept, channels, delivery, version: notice.version + 1, ...due };
}

/**
 * The notice as it stands while a channel's message is sent: counted before, and due again when nobody wrote down
 * what became of it. After the last attempt it has failed instead.
 */
export function begun(notice: Notice, channel: Channel, now: Date): Notice {
  const { attempts } = stateOf(notice, channel);
  if (attempts >= ATTEMPTS) return failed(notice, channel, "no-answer", now);
  const state = { state: "due", attempts: attempts + 1 } as const;
  return { ...withChannel(notice, channel, state, now), dueAt: leaseUntil(attempts + 1, PAUSES, now) };
}

export const sent = (notice: Notice, channel: Channel, providerId: string, now: Date): Notice =>
  withChannel(notice, channel, { ...stateOf(notice, channel), state: "sent", providerId }, now);

/** The channel is given up; see {@link channelDue} for what comes then. */
export const failed = (notice: Notice, channel: Channel, reason: string, now: Date): Notice =>
  withChannel(notice, channel, { ...stateOf(notice, channel), state: "failed", reason }, now);

/** An attempt did not bring it out: it stays as it was begun, to come again, or that was the last. */
export const notSent = (notice: Notice, channel: Channel, reason: string, now: Date): Notice =>
  stateOf(notice, channel).attempts < ATTEMPTS ? notice : failed(notice, channel, reason, now);

/** It is not to be heard of before then. */
export const postponed = (notice: Notice, dueAt: Instant): Notice => ({
  ...notice,
  dueAt,
  version: notice.version + 1,
});

/**
 * What a provider says became of a message. That it arrived is final, and counts whatever was concluded before;
 * `undefined` when nothing changes by it.
 */
export function received(
  notice: Notice,
  channel: Channel,
  said: "delivered" | "failed",
  now: Date,
): Notice | undefined {
  const standing = stateOf(notice, channel);
  if (standing.attempts === 0 || standing.state === "delivered" || standing.state === said) return undefined;
  if (said === "failed") return failed(notice, channel, "not-delivered", now);
  const after = withChannel(notice, channel, { ...standing, state: "delivered" }, now);
  const { dueAt: _due, ...settled } = after;
  return { ...settled, delivery: "delivered", deliveredAt: notice.deliveredAt ?? now.toISOString() };
}
