import fc from "fast-check";
import { residentId } from "#local/demo/residentId.ts";
import type { IdType, Sex } from "#shared/people/identityDocument.ts";

/** A document as a person writes it, and what must be known of its holder. */
export interface Written {
  idType: IdType;
  idNumber: string;
  birthDate?: string;
  sex?: Sex;
}

const DAY_MS = 86_400_000;

/** Days that exist, leap days more often than they come. */
export const days = (from: string, to: string): fc.Arbitrary<string> => {
  const [first, last] = [Date.parse(from) / DAY_MS, Date.parse(to) / DAY_MS];
  const any = fc
    .integer({ min: first, max: last })
    .map((day) => new Date(day * DAY_MS).toISOString().slice(0, 10));
  const leap = any
    .map((day) => `${Math.floor(Number(day.slice(0, 4)) / 4) * 4}-02-29`)
    .filter((day) => day >= from && day <= to && new Date(day).toISOString().startsWith(day));
  return fc.oneof({ arbitrary: any, weight: 4 }, { arbitrary: leap, weight: 1 });
};

const sexes = fc.constantFrom<Sex>("male", "female");
const digits = (count: number) => fc.stringMatching(new RegExp(`^\\d{${count}}$`));
const letters = (count: number) => fc.stringMatching(new RegExp(`^[A-Z]{${count}}$`));
const order = fc.nat(499);

/** Documents whose number tells birth date and sex, by area. */
const eighteen = (idType: IdType, areas: fc.Arbitrary<string>, birthDates: fc.Arbitrary<string>) =>
  fc
    .record({ area: areas, birthDate: birthDates, at: order, sex: sexes })
    .map(({ area, birthDate, at, sex }) => ({
      facts: { birthDate, sex },
      written: { idType, idNumber: residentId(birthDate, at, sex, area) } as Written,
    }));

/** Documents whose holder says both. */
const stated = (idType: IdType, numbers: fc.Arbitrary<string>, birthDates: fc.Arbitrary<string>) =>
  fc.record({ idNumber: numbers, birthDate: birthDates, sex: sexes }).map(({ idNumber, birthDate, sex }) => ({
    facts: { birthDate, sex },
    written: { idType, idNumber, birthDate, sex } as Written,
  }));

/** Every kind of valid document of people born on such days. */
export const documents = (birthDates: fc.Arbitrary<string>) => {
  const mainland = fc
    .tuple(fc.constantFrom("1", "2", "3", "4", "5", "6", "7"), digits(5))
    .map(([first, rest]) => first + rest);
  const hmt = fc.tuple(fc.constantFrom("81", "82", "83"), digits(4)).map(([first, rest]) => first + rest);
  return {
    "resident-id": eighteen("resident-id", mainland, birthDates),
    "hmt-residence-permit": eighteen("hmt-residence-permit", hmt, birthDates),
    "hk-macao-permit": stated(
      "hk-macao-permit",
      fc.tuple(fc.constantFrom("H", "M"), digits(8)).map(([first, rest]) => first + rest),
      birthDates,
    ),
    "taiwan-permit": stated("taiwan-permit", digits(8), birthDates),
    passport: stated("passport", fc.stringMatching(/^[A-Z]\d{8}$/), birthDates),
    "permanent-resident-id": fc.oneof(
      eighteen(
        "permanent-resident-id",
        digits(5).map((rest) => `9${rest}`),
        birthDates,
      ),
      stated(
        "permanent-resident-id",
        fc.tuple(letters(3), digits(12)).map(([first, rest]) => first + rest),
        birthDates,
      ),
    ),
  } as const satisfies Record<IdType, unknown>;
};

/** The same number as people type it: full width, lower case, with spaces and hyphens. */
export const spelt = (number: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      ...[...number].map((character) =>
        fc.record({
          character: fc.constantFrom(
            character,
            character.toLowerCase(),
            String.fromCharCode(character.charCodeAt(0) + 0xfee0),
          ),
          after: fc.constantFrom("", "", "", " ", "\u3000", "-"),
        }),
      ),
    )
    .map((written) => written.map(({ character, after }) => character + after).join(""));
