import type { PersonalFields } from "#shared/people/personalData.ts";
import { maskPhone } from "#shared/people/profile.ts";
import { Unavailable } from "#shared/platform/database.ts";
import type { Message, Outcome, Receipt, Sender, Senders } from "./port.ts";
import type { Channel } from "./template.ts";

/** What was sent in the sandbox, as a test or a curious developer reads it. */
export interface SandboxMessage extends Omit<Message, "to"> {
  channel: Channel;
  toMasked: string;
  /** How often it was sent under its `outId`; whoever it is for got it once. */
  times: number;
}

/** Numbers of no operator, by which a provider's moods can be shown. */
export const sandboxNumbers = {
  /** Its owner is reached in WeChat too. */
  inWechat: "1660200",
  /** Taken, and reported later as not delivered. */
  lost: "1660410",
  /** Refused for good. */
  unknown: "1660404",
  /** Refused for now. */
  busy: "1660429",
  /** Taken, but the first two answers do not come. */
  silent: "1660503",
} as const;

const KEPT = 1_000;
const outbox = new Map<string, SandboxMessage>();
const pending = new Map<string, Receipt>();

/** What was sent by this process, oldest first, with masked numbers. */
export const sandboxOutbox = (): SandboxMessage[] => [...outbox.values()];

function keep(channel: Channel, { to, ...message }: Message): SandboxMessage {
  const times = (outbox.get(message.outId)?.times ?? 0) + 1;
  const kept = { ...message, channel, toMasked: maskPhone(to), times };
  outbox.set(message.outId, kept);
  const [oldest] = outbox.keys();
  if (outbox.size > KEPT && oldest !== undefined) outbox.delete(oldest);
  return kept;
}

function take(channel: Channel, message: Message): Outcome {
  const is = (mood: keyof typeof sandboxNumbers) => message.to.startsWith(sandboxNumbers[mood]);
  if (is("unknown")) return { outcome: "refused", reason: "unknown-number", permanent: true };
  if (is("busy")) return { outcome: "refused", reason: "busy", permanent: false };
  const { times, outId } = keep(channel, message);
  if (is("silent") && times <= 2) throw new Unavailable("the provider did not answer");
  pending.set(outId, { outId, state: is("lost") ? "failed" : "delivered" });
  return { outcome: "accepted", providerId: `sandbox-${outId}` };
}

const sender = (channel: Channel, addressOf: Sender["addressOf"]): Sender => ({
  addressOf,
  send: async (message) => take(channel, message),
  async receipts(taken) {
    for (const [outId, receipt] of [...pending]) {
      if (!outId.endsWith(`.${channel}`)) continue;
      await taken(receipt);
      pending.delete(outId);
    }
  },
});

const inWechat = ({ phone = "" }: PersonalFields) =>
  phone.startsWith(sandboxNumbers.inWechat) ? phone : undefined;

/** Sends nothing to anybody; for one machine and for stages without real persons. */
export const sandbox: Senders = {
  sms: sender("sms", ({ phone }) => phone),
  wechat: sender("wechat", inWechat),
};
