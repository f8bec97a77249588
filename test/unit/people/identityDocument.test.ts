import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { residentId } from "#local/demo/residentId.ts";
import { type IdType, normaliseIdNumber, readDocument, type Sex } from "#shared/people/identityDocument.ts";

const TODAY = "2026-06-10";
const read = (idType: IdType, idNumber: string, more: { birthDate?: string; sex?: Sex } = {}) =>
  readDocument({ idType, idNumber, ...more }, TODAY);

const dates = fc
  .date({ min: new Date("1900-01-01"), max: new Date("2026-06-09"), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe("a resident id", () => {
  it("tells birth date and sex, whatever they are", () => {
    fc.assert(
      fc.property(dates, fc.nat(499), fc.constantFrom<Sex>("male", "female"), (birthDate, order, sex) => {
        expect(read("resident-id", residentId(birthDate, order, sex))).toMatchObject({ birthDate, sex });
      }),
    );
  });

  it("is refused with any one digit changed", () => {
    fc.assert(
      fc.property(
        dates,
        fc.nat(499),
        fc.integer({ min: 0, max: 16 }),
        fc.integer({ min: 1, max: 9 }),
        (date, order, at, by) => {
          const number = residentId(date, order, "male");
          const digit = (Number(number[at]) + by) % 10;
          expect(() => read("resident-id", number.slice(0, at) + digit + number.slice(at + 1))).toThrow(
            "invalid-identity-number",
          );
        },
      ),
    );
  });

  it("is the same in full width, lower case, with spaces and hyphens", () => {
    const number = "32059919900307003X";
    const fullWidth = [...number].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join("");
    for (const written of [
      number.toLowerCase(),
      fullWidth,
      " 320599 19900307 003x ",
      "320599-19900307-003X",
      "320599\u3000199003070 03ｘ",
    ])
      expect(normaliseIdNumber("resident-id", written)).toBe(number);
  });

  it("takes 29 February of a leap year only", () => {
    expect(read("resident-id", residentId("2000-02-29", 1, "male")).birthDate).toBe("2000-02-29");
    expect(() => read("resident-id", residentId("2001-02-29", 1, "male"))).toThrow("invalid-identity-number");
    expect(() => read("resident-id", residentId("1990-02-30", 1, "male"))).toThrow("invalid-identity-number");
  });

  it("refuses a birth date that lies ahead", () => {
    expect(read("resident-id", residentId(TODAY, 1, "male")).birthDate).toBe(TODAY);
    expect(() => read("resident-id", residentId("2026-06-11", 1, "male"))).toThrow("invalid-identity-number");
  });

  it("does not look at the area code", () => {
    expect(read("resident-id", residentId("1950-01-01", 3, "female", "110199")).sex).toBe("female");
  });

  it("refuses a stated birth date or sex that the number contradicts", () => {
    const number = residentId("1990-03-07", 1, "female");
    expect(() => read("resident-id", number, { birthDate: "1990-03-08" })).toThrow("invalid-identity-number");
    expect(() => read("resident-id", number, { sex: "male" })).toThrow("invalid-identity-number");
  });
});

describe("the other documents", () => {
  const stated = { birthDate: "1988-08-08", sex: "male" } as const;

  it("a residence permit for Hong Kong, Macao and Taiwan begins with 81, 82 or 83 and is no resident id", () => {
    for (const area of ["810000", "820000", "830000"]) {
      const number = residentId("1985-05-05", 7, "male", area);
      expect(read("hmt-residence-permit", number).birthDate).toBe("1985-05-05");
      expect(() => read("resident-id", number)).toThrow("invalid-identity-number");
    }
    expect(() => read("hmt-residence-permit", residentId("1985-05-05", 7, "male"))).toThrow(
      "invalid-identity-number",
    );
  });

  it("the new permanent resident id follows the same standard and begins with 9", () => {
    expect(read("permanent-resident-id", "911124198108030024")).toMatchObject({
      birthDate: "1981-08-03",
      sex: "female",
    });
    expect(() => read("permanent-resident-id", "911124198108030025")).toThrow("invalid-identity-number");
  });

  it("the old permanent resident id has three letters and twelve digits", () => {
    expect(read("permanent-resident-id", "deu310083062205", stated).idNumber).toBe("DEU310083062205");
  });

  it("a permit of ten digits is its nine characters and a count of renewals", () => {
    expect(read("hk-macao-permit", "h1234567801", stated).idNumber).toBe("H12345678");
    expect(read("hk-macao-permit", "H12345678", stated).idNumber).toBe("H12345678");
  });

  it("taiwan permits have eight digits, or ten with a letter", () => {
    for (const number of ["12345678", "1234567890", "1234567890B"])
      expect(read("taiwan-permit", number, stated).idNumber).toBe(number);
    expect(() => read("taiwan-permit", "123456789", stated)).toThrow("invalid-identity-number");
  });

  it("documents that tell neither birth date nor sex need both", () => {
    for (const [type, number] of [
      ["passport", "E12345678"],
      ["taiwan-permit", "12345678"],
      ["hk-macao-permit", "M12345678"],
    ] as const) {
      expect(() => read(type, number)).toThrow("birth-date-and-sex-required");
      expect(() => read(type, number, { sex: "male" })).toThrow("birth-date-and-sex-required");
      expect(read(type, number, stated)).toMatchObject(stated);
    }
  });
});
