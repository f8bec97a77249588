import type { PersonalFields } from "#shared/people/personalData.ts";
import { env } from "#shared/platform/env.ts";
import type { Instant } from "#shared/platform/time.ts";
import { sandbox } from "./sandbox.ts";
import type { Channel } from "./template.ts";
import { tencentSms } from "./tencentSms.ts";
import { wechatMessages } from "./wechatMessages.ts";

/** A message as its channel's provider takes it. */
export interface Message {
  /** A phone number, or WeChat's id of a person. It goes to the provider and nowhere else. */
  to: string;
  /** What the provider calls the template. */
  template: string;
  parameters: Readonly<Record<string, string>>;
  /** The same for every sending of one message; receipts name it. At most 64 characters. */
  outId: string;
  /** Set when it may have been sent before, and then not before this instant. */
  since?: Instant;
}

/**
 * `became`: what is known already of a message that was found to have been sent before.
 *
 * `permanent`: sent again, it would be refused again. `reason` holds no personal data.
 */
export type Outcome =
  | { outcome: "accepted"; providerId: string; became?: Receipt["state"] }
  | { outcome: "refused"; reason: string; permanent: boolean };

export interface Receipt {
  outId: string;
  state: "delivered" | "failed";
}

/** The provider of a channel. */
export interface Sender {
  /** Where the provider reaches a person, if it can. */
  addressOf(fields: PersonalFields): string | undefined;
  /** Throws Unavailable when no answer came: it may have been sent, and is sent again under the same `outId`. */
  send(message: Message): Promise<Outcome>;
  /** Hands over the receipts that the provider keeps for us, and forgets those that were taken. */
  receipts(take: (receipt: Receipt) => Promise<void>): Promise<void>;
}

/** Text messages, to the phone number of the profile. */
export type SmsSender = Sender;
/** WeChat's subscription messages, to who connected an account and agreed to the template. */
export type WechatSender = Sender;

export interface Senders extends Readonly<Record<Channel, Sender>> {
  sms: SmsSender;
  wechat: WechatSender;
}

/** No provider is connected: what is told stays in the inbox. */
const none: Sender = {
  addressOf: () => undefined,
  send: async () => ({ outcome: "refused", reason: "not-connected", permanent: true }),
  receipts: async () => {},
};

/** The providers of this deployment. */
export function senders(): Senders {
  const connected = env().NOTICE_CHANNELS;
  if (connected.includes("sandbox")) return sandbox;
  return {
    sms: connected.includes("sms") ? tencentSms : none,
    wechat: connected.includes("wechat") ? wechatMessages : none,
  };
}
