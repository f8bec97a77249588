import type { Bilingual } from "#shared/platform/problem.ts";
import type { Instant } from "#shared/platform/time.ts";

export const channels = ["wechat", "sms"] as const;
export type Channel = (typeof channels)[number];

/** What a notice may tell. Nothing of it is personal data: what a person is called is masked before. */
interface FactValues {
  /** Of an event, a group, a merchant or a card; or a masked name of a person. */
  name: string;
  /** Money in fen. */
  fen: number;
  instant: Instant;
  count: number;
}
export type FactKind = keyof FactValues;
export type Facts = Readonly<Record<string, string | number>>;

/**
 * A field of WeChat's subscription messages, named as WeChat does: its kind and a number. `thing` holds 20 characters;
 * `amount` and `time` have formats of their own.
 */
export type WechatField = `${"thing" | "amount" | "time"}${number}`;

/** A kind of notice. In texts, `{fact}` stands for a fact by its name. */
export interface Template<Kinds extends Readonly<Record<string, FactKind>>> {
  facts: Kinds;
  /** What the inbox shows. */
  title: Bilingual;
  text: Bilingual;
  /** May come in the hours in which others wait: only what cannot wait until the morning. */
  urgent: boolean;
  /** In this order; the next is tried when the one before failed. */
  channels: readonly Channel[];
  /** As the provider reviewed it, without the signature; its parameters are the facts that it names. */
  sms: string;
  wechat: Readonly<Partial<Record<WechatField, keyof Kinds & string>>>;
}

export const template = <const Kinds extends Readonly<Record<string, FactKind>>>(
  of: Template<Kinds>,
): Template<Kinds> => of;

/** The facts that a template's notice tells, by name. */
export type FactsOf<Of> =
  Of extends Template<infer Kinds> ? { readonly [Name in keyof Kinds]: FactValues[Kinds[Name]] } : never;
