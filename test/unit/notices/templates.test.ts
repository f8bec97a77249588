import { describe, expect, it } from "vitest";
import { inboxText, namedIn, parametersFor, SMS_PART, smsText } from "#shared/notices/render.ts";
import type { FactKind, Facts, Template } from "#shared/notices/template.ts";
import { type TemplateKey, templates } from "#shared/notices/templates.ts";

type Any = Template<Readonly<Record<string, FactKind>>>;
const all = Object.entries(templates) as [TemplateKey, Any][];
const longest: Readonly<Record<FactKind, string | number>> = {
  name: "长".repeat(60),
  fen: 1_000_000_000,
  instant: "2026-12-31T15:59:00.000Z",
  count: 720,
};
const longestOf = ({ facts }: Any): Facts =>
  Object.fromEntries(Object.entries(facts).map(([name, kind]) => [name, longest[kind]]));

describe.each(all)("the template %s", (key, template) => {
  it("names in its texts exactly the facts that it has", () => {
    const facts = Object.keys(template.facts).toSorted();
    for (const language of ["zh", "en"] as const)
      expect(namedIn(template.text[language]).toSorted(), language).toEqual(facts);
    for (const name of [...namedIn(template.sms), ...Object.values(template.wechat)])
      expect(facts).toContain(name);
  });

  it("is one text message, whatever it tells", () => {
    const text = smsText(key, longestOf(template));
    expect(text.length).toBeLessThanOrEqual(SMS_PART);
    expect(text).not.toMatch(/[{}]/);
    // A name that is cut to nothing says nothing.
    for (const [name, kind] of Object.entries(template.facts))
      if (kind === "name" && namedIn(template.sms).includes(name))
        expect(parametersFor("sms", key, longestOf(template))[name]?.length).toBeGreaterThan(7);
  });

  it("keeps the limits of WeChat's fields", () => {
    for (const [field, value] of Object.entries(parametersFor("wechat", key, longestOf(template)))) {
      if (field.startsWith("thing")) expect(value.length).toBeLessThanOrEqual(20);
      if (field.startsWith("amount")) expect(value).toMatch(/^\d{1,10}\.\d\d元$/);
      if (field.startsWith("time")) expect(value).toMatch(/^\d{4}年\d{1,2}月\d{1,2}日 \d\d:\d\d$/);
    }
  });

  it("says everything in both languages", () => {
    const { title, text } = inboxText(key, longestOf(template));
    for (const said of [title.zh, title.en, text.zh, text.en]) expect(said).not.toMatch(/[{}]|undefined|NaN/);
  });
});

it("money is told in yuan, an instant in Shanghai's time", () => {
  const paid = inboxText("payment-due", {
    of: "春季联赛",
    amountFen: 8_050,
    until: "2026-06-10T16:30:00.000Z",
  });
  expect(paid.text.zh).toBe("请在2026年6月11日 00:30前为“春季联赛”支付80.50元，逾期名额将释放。");
  expect(paid.text.en).toContain("Pay CNY 80.50 for “春季联赛” by 2026-06-11 00:30 (Beijing time)");
});

it("a name is never cut within a character", () => {
  const facts = { of: `${"字".repeat(18)}𠮷𠮷`, amountFen: 1 };
  expect(parametersFor("wechat", "refund-paid", facts)["thing1"]).toBe(`${"字".repeat(18)}…`);
});

it("only what cannot wait until the morning comes at night", () => {
  const urgent = all.filter(([, template]) => template.urgent).map(([key]) => key);
  expect(urgent).toEqual(["merchant-frozen", "merchant-closed"]);
});
