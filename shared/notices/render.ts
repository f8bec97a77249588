import type { Bilingual, Language } from "#shared/platform/problem.ts";
import { instantInWords, shanghaiClock } from "#shared/platform/time.ts";
import type { Channel, FactKind, Facts, Template } from "./template.ts";
import { type TemplateKey, templates } from "./templates.ts";

type AnyTemplate = Template<Readonly<Record<string, FactKind>>>;
const templateOf = (key: TemplateKey): AnyTemplate => templates[key] as AnyTemplate;

const PLACEHOLDER = /\{(\w+)\}/g;
/** The most characters of a name where a channel counts them: WeChat's `thing`, and what leaves a text in one part. */
const NAME = 20;

/** The facts that a text names, each once. */
export const namedIn = (text: string): string[] => [
  ...new Set([...text.matchAll(PLACEHOLDER)].map(([, name = ""]) => name)),
];

/** At most `max` UTF-16 units, as text messages and WeChat count; never half a character. */
function shortened(text: string, max: number): string {
  if (text.length <= max) return text;
  let kept = "";
  for (const character of text) {
    if (kept.length + character.length >= max) break;
    kept += character;
  }
  return `${kept}…`;
}

const yuan = (fen: number): string => (fen / 100).toFixed(2);

function said(kind: FactKind | undefined, fact: string | number | undefined, language: Language): string {
  if (kind === "fen") return language === "zh" ? `${yuan(Number(fact))}元` : `CNY ${yuan(Number(fact))}`;
  if (kind === "instant") return instantInWords(String(fact), language);
  return String(fact ?? "");
}

/** A notice as the inbox shows it. */
export function inboxText(key: TemplateKey, facts: Facts): { title: Bilingual; text: Bilingual } {
  const { title, text, facts: kinds } = templateOf(key);
  const say = (language: Language) =>
    text[language].replaceAll(PLACEHOLDER, (_, name: string) => said(kinds[name], facts[name], language));
  return { title, text: { zh: say("zh"), en: say("en") } };
}

/** For text messages: `6月10日12:00`. */
function shortInstant(instant: string): string {
  const { month, day, time } = shanghaiClock(instant);
  return `${month}月${day}日${time}`;
}

/** The parameters of a text message. Names are cut so that it stays in one part. */
function smsParameters(key: TemplateKey, facts: Facts): Record<string, string> {
  const { sms, facts: kinds } = templateOf(key);
  const names = namedIn(sms);
  const room = roomForNames(key);
  const value = (name: string): string =>
    kinds[name] === "name"
      ? shortened(String(facts[name]), room)
      : kinds[name] === "instant"
        ? shortInstant(String(facts[name]))
        : said(kinds[name], facts[name], "zh");
  return Object.fromEntries(names.map((name) => [name, value(name)]));
}

/** A text message in Chinese holds so many characters; one that is longer is paid as several, each of fewer. */
export const SMS_PART = 70;
/** The signature goes before every text, in brackets that count. */
const SIGNATURE = "【乐运】";
/** The longest that a fact can be where it is no name: `12月31日23:59`, `10000000.00元`, `720`. */
const LONGEST: Readonly<Record<FactKind, number>> = { name: 0, fen: 12, instant: 11, count: 3 };

/** How many characters each name may have, so that the whole stays in one part. */
function roomForNames(key: TemplateKey): number {
  const { sms, facts: kinds } = templateOf(key);
  const names = [...sms.matchAll(PLACEHOLDER)].map(([, name = ""]) => name);
  const fixed = SIGNATURE.length + sms.replaceAll(PLACEHOLDER, "").length;
  const others = names.reduce((sum, name) => sum + LONGEST[kinds[name] ?? "name"], 0);
  const shared = names.filter((name) => kinds[name] === "name").length;
  return Math.min(NAME, Math.floor((SMS_PART - fixed - others) / Math.max(1, shared)));
}

/** A text message as its reader gets it. */
export function smsText(key: TemplateKey, facts: Facts): string {
  const parameters = smsParameters(key, facts);
  return SIGNATURE + templateOf(key).sms.replaceAll(PLACEHOLDER, (_, name: string) => parameters[name] ?? "");
}

/** The fields of a subscription message, in the formats that WeChat takes. */
function wechatFields(key: TemplateKey, facts: Facts): Record<string, string> {
  const { wechat } = templateOf(key);
  return Object.fromEntries(
    Object.entries(wechat).map(([field, name = ""]) => {
      const fact = facts[name] ?? "";
      if (field.startsWith("amount")) return [field, `${yuan(Number(fact))}元`];
      if (field.startsWith("time")) return [field, instantInWords(String(fact), "zh")];
      return [field, shortened(String(fact), NAME)];
    }),
  );
}

/** What a channel's provider fills its template with. */
export const parametersFor = (channel: Channel, key: TemplateKey, facts: Facts): Record<string, string> =>
  channel === "sms" ? smsParameters(key, facts) : wechatFields(key, facts);
