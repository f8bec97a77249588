import { describe, expect, it } from "vitest";
import { residentId } from "#local/demo/residentId.ts";
import { mayAdopt } from "#shared/people/desk/adoption.ts";
import { consentTexts } from "#shared/people/policy.ts";
import { sameName } from "#shared/people/profile.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { qualifiersInput } from "#shared/registration/desk/contract.ts";
import {
  notQualified,
  publishedOf,
  readQualifiers,
  refuseWithoutList,
  signedFor,
} from "#shared/registration/desk/rules.ts";
import type { SportEvent } from "#shared/registration/model.ts";

const now = new Date("2026-06-10T04:00:00.000Z");
const { version } = consentTexts["guardian-of-minor"];

const refusalOf = (work: () => unknown): Refusal => {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error;
  }
  throw new Error("nothing was refused");
};

describe("who signs for a minor at a desk", () => {
  const guardian = { name: "沈监护", phone: "139 0000 7777", signed: true as const };
  const consenting = { ...guardian, guardianConsent: { version, given: true as const } };
  const evidence = { kind: "paper-form" as const };
  const signed = (birthDate: string, of: Partial<Parameters<typeof signedFor>[1]> = {}) =>
    signedFor({ birthDate }, { guardian: undefined, evidence, ...of }, now);

  it("nobody for who is 18 today, and a guardian named all the same is not kept", () => {
    expect(signed("2008-06-10", { guardian })).toBeUndefined();
    expect(refusalOf(() => signed("2008-06-11")).problem.slug).toBe("guardian-required");
  });

  it("a guardian, in one spelling, with the consent's version under 14", () => {
    expect(signed("2012-06-10", { guardian })).toEqual({
      guardian: { name: "沈监护", phone: "13900007777" },
    });
    expect(refusalOf(() => signed("2012-06-11", { guardian })).problem.slug).toBe(
      "guardian-consent-required",
    );
    expect(signed("2012-06-11", { guardian: consenting })).toMatchObject({ guardianConsentVersion: version });
  });

  it("nobody on the telephone", () => {
    const byPhone = { guardian: consenting, evidence: { kind: "phone" as const } };
    expect(refusalOf(() => signed("2015-01-01", byPhone)).problem.slug).toBe("guardian-required");
    expect(signed("2015-01-01", { ...byPhone, evidence: { kind: "in-person" } })).toBeDefined();
  });

  it("nobody by an old consent, or without a name or a number that is one", () => {
    const old = { ...consenting, guardianConsent: { version: "2020-1" as string, given: true as const } };
    const slug = (guardian: typeof old) => refusalOf(() => signed("2015-01-01", { guardian })).problem.slug;
    expect(slug(old)).toBe("consent-outdated");
    expect(slug({ ...consenting, name: "123" })).toBe("invalid-name");
    expect(slug({ ...consenting, phone: "123456" })).toBe("invalid-phone");
  });
});

describe("a list of those who qualified", () => {
  const groups = [{ groupId: "grp_1", name: "全程组" }] as SportEvent["groups"];
  const row = (idNumber: string, of: { groupId?: string } = {}) => ({
    idType: "resident-id" as const,
    idNumber,
    ...of,
  });
  const right = residentId("1990-03-07", 1, "male");

  it("is read in one spelling", () => {
    const spelt = ` ${right.toLowerCase()} `;
    expect(readQualifiers({ groups }, { entries: [row(spelt, { groupId: "grp_1" })] }, now)).toEqual([
      { document: { idType: "resident-id", idNumber: right }, groupId: "grp_1" },
    ]);
  });

  it("names every wrong row and repeats no number", () => {
    const unborn = residentId("2030-01-01", 1, "male");
    const entries = [row(unborn), row(right), row("1234567", { groupId: "grp_2" })];
    const { problem, errors } = refusalOf(() => readQualifiers({ groups }, { entries }, now));
    expect(problem.slug).toBe("invalid-qualifiers");
    expect(errors.map(({ pointer }) => pointer)).toEqual([
      "/entries/0/idNumber",
      "/entries/2/groupId",
      "/entries/2/idNumber",
    ]);
    expect(JSON.stringify(errors)).not.toMatch(/\d{7}/);
  });

  it("has no room for free text about a person, and for 500 rows at most", () => {
    const takes = (entries: object[]) => qualifiersInput.safeParse({ entries }).success;
    expect(takes([{ ...row(right), basis: "earlier-result" }])).toBe(true);
    expect(takes([{ ...row(right), basis: "张小明的冠军" }])).toBe(false);
    expect([takes(Array(500).fill(row(right))), takes(Array(501).fill(row(right))), takes([])]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("is had by an event whose places are not first come", () => {
    expect(refusalOf(() => refuseWithoutList({ allocation: "first-come" })).problem.slug).toBe(
      "no-qualifying-list",
    );
    expect(() => refuseWithoutList({ allocation: "qualifying" })).not.toThrow();
  });

  it("says for which groups somebody is on it, or whom to ask", () => {
    const event = { eventId: "evt_1", groups: [...groups, { groupId: "grp_2", name: "半程组" }] };
    const said = (groupIds: string[]) =>
      (notQualified(event, groupIds).facts["requirement"] as { zh: string }).zh;
    expect(said(["grp_2"])).toContain("半程组");
    expect(said([])).toContain("联系主办方");
  });
});

it("a draft's sign-up has not opened", () => {
  const draft = { status: "draft", signUpOpensAt: "2026-06-01T00:00:00.000Z" } as SportEvent;
  expect(refusalOf(() => publishedOf(draft)).problem.slug).toBe("signup-not-open");
});

it("one name is the same whatever its dots, spaces, width and case, and no other is", () => {
  for (const [one, other] of [
    ["阿依古丽·买买提", "阿依古丽•买买提"],
    ["John  Smith", "JOHN SMITH"],
    ["Ｊohn Smith", "John Smith"],
  ] as const)
    expect(sameName(one, other)).toBe(true);
  expect(sameName("张小明", "张小名")).toBe(false);
  expect(sameName("张明", "张 明")).toBe(false);
});

describe("a person is adopted", () => {
  const made = { madeBy: "desk", birthDate: "1948-02-03", sex: "female" } as const;
  const written = { verification: "verified", birthDate: "1948-02-03", sex: "female" } as const;

  it("when a desk made it, no account has it and the identity is verified", () => {
    expect(mayAdopt(made, written, now)).toBe(true);
  });

  it.each([
    ["nobody is known", undefined, written],
    ["the identity is only declared", made, { ...written, verification: "declared" as const }],
    ["no desk made it", { birthDate: made.birthDate, sex: made.sex }, written],
    ["an account has it", { ...made, account: "a" }, written],
    ["the birth date is another", made, { ...written, birthDate: "1948-02-04" }],
    ["the sex is another", made, { ...written, sex: "male" as const }],
    ["it is under 14", { ...made, birthDate: "2012-06-11" }, { ...written, birthDate: "2012-06-11" }],
  ])("by nobody when %s", (_, person, by) => {
    expect(mayAdopt(person, by, now)).toBe(false);
  });
});
