import { describe, expect, it } from "vitest";
import { residentId } from "#local/demo/residentId.ts";
import { invitationCodeOf, normaliseInvitationCode, refuseToActFor } from "#shared/people/dependants.ts";
import { maskIdNumber, maskName, maskPhone, normaliseName, normalisePhone } from "#shared/people/profile.ts";
import type { Link, Person } from "#shared/people/store.ts";

describe("a name", () => {
  it("keeps rare characters, diacritics and the middle dot of the document", () => {
    for (const name of ["阿依古丽·买买提", "𠮷田太郎", "Nguyễn Văn Ân", "O’Brien", "张三"])
      expect(normaliseName(name)).toBe(name.normalize("NFC"));
  });

  it("has one spelling for the dots and spaces people type", () => {
    for (const name of ["阿依古丽•买买提", "阿依古丽・买买提", " 阿依古丽‧买买提 "])
      expect(normaliseName(name)).toBe("阿依古丽·买买提");
    expect(normaliseName("John   Smith")).toBe("John Smith");
  });

  it("is refused without a letter or with markup", () => {
    for (const name of ["123", "<b>张三</b>", "=HYPERLINK(1)", "···", "a@b"])
      expect(() => normaliseName(name)).toThrow("invalid-name");
  });

  it("is masked but for its first character", () => {
    expect(maskName("张小明")).toBe("张**");
    expect(maskName("𠮷田太郎")).toBe("𠮷***");
    expect(maskName("王")).toBe("王*");
  });
});

describe("a phone number", () => {
  it("has one spelling with and without country code, spaces and full width", () => {
    for (const phone of ["13800005678", "+86 138 0000 5678", "0086-138-0000-5678", "１３８００００５６７８"])
      expect(normalisePhone(phone)).toBe("13800005678");
    expect(normalisePhone("+852 6123 4567")).toBe("+85261234567");
  });

  it("is refused when it is none", () => {
    for (const phone of ["12345678901", "1380000567", "+8613", "abc", "+86 010 1234"])
      expect(() => normalisePhone(phone)).toThrow("invalid-phone");
  });

  it("is masked in the middle", () => {
    expect(maskPhone("13800005678")).toBe("138****5678");
    expect(maskPhone("+85261234567")).toBe("+85*******67");
  });
});

it("a document number shows three and four of eighteen, two and two of a shorter one", () => {
  expect(maskIdNumber(residentId("1990-03-07", 317, "male"))).toMatch(/^320\*{11}\d{3}[\dX]$/);
  expect(maskIdNumber("E12345678")).toBe("E1*****78");
});

it("an invitation code reads the same in any case, with any spaces", () => {
  const code = invitationCodeOf(Uint8Array.from({ length: 32 }, (_, i) => i * 7));
  expect(code).toMatch(/^[2-9A-HJKMNP-TV-Z]{10}$/);
  expect(normaliseInvitationCode(` ${code.slice(0, 5).toLowerCase()} - ${code.slice(5)}`)).toBe(code);
});

describe("acting for somebody", () => {
  const now = new Date("2026-06-10T04:00:00.000Z");
  const person = (birthDate: string) => ({ personId: "per_child", birthDate }) as Person;
  const link = (more: Partial<Link>): Link => ({
    guardianId: "per_me",
    dependantId: "per_child",
    relation: "child",
    since: "",
    ...more,
  });
  const act = (birthDate: string, by: Link | undefined) => () =>
    refuseToActFor(person(birthDate), by, "per_me", now);

  it("is for oneself, a child with consent in force, an elder who asked", () => {
    expect(() =>
      refuseToActFor({ ...person("1990-01-01"), personId: "per_me" }, undefined, "per_me", now),
    ).not.toThrow();
    expect(act("2015-01-01", link({ consentId: "con_1" }))).not.toThrow();
    expect(act("1950-01-01", link({ relation: "elder" }))).not.toThrow();
  });

  it("is not for a stranger, nor for a child that came of age", () => {
    expect(act("1990-01-01", undefined)).toThrow("not-found");
    expect(act("2008-06-10", link({}))).toThrow("not-found");
    expect(act("2008-06-11", link({}))).not.toThrow();
  });

  it("needs the guardian's separate consent until the fourteenth birthday", () => {
    expect(act("2012-06-11", link({}))).toThrow("guardian-consent-required");
    expect(act("2012-06-10", link({}))).not.toThrow();
  });
});
