import type { Instant } from "#shared/platform/time.ts";
import type { Channel, Facts } from "./template.ts";
import type { TemplateKey } from "./templates.ts";

/**
 * How one channel stands: `due` to be tried, `sent` when its provider took the message, `delivered` when the provider
 * said that it arrived, `failed` for good.
 */
export interface ChannelState {
  state: "due" | "sent" | "delivered" | "failed";
  /** Sendings begun. */
  attempts: number;
  /** Why it failed, in the words of the port. */
  reason?: string;
  /** What the provider calls the message. */
  providerId?: string;
}

export const deliveries = ["due", "sent", "delivered", "failed"] as const;

/** Something a person is told: an item of their inbox, and how it is brought to them. */
export interface Notice {
  /** The name that its context gave it; the same event twice is one notice. */
  noticeId: string;
  personId: string;
  at: Instant;
  template: TemplateKey;
  facts: Facts;
  /** The object it is about, by its id. */
  about: string;
  /** The channels in all: `delivered` as soon as one is. */
  delivery: (typeof deliveries)[number];
  /** Channels that were tried. */
  channels: Readonly<Partial<Record<Channel, ChannelState>>>;
  /** When it is tried next; absent when nothing is left to do. */
  dueAt?: Instant;
  deliveredAt?: Instant;
  readAt?: Instant;
  /** Rises with every step of the delivery; of two who take one step the second finds it taken. */
  version: number;
}
