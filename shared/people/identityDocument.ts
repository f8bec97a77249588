import { Refusal } from "#shared/platform/problem.ts";
import { type BusinessDate, isCalendarDate } from "#shared/platform/time.ts";
import { peopleProblems } from "./problems.ts";

/** The six documents by which a person is known. */
export const idTypes = [
  "resident-id",
  "hmt-residence-permit",
  "hk-macao-permit",
  "taiwan-permit",
  "passport",
  "permanent-resident-id",
] as const;
export type IdType = (typeof idTypes)[number];

export const sexes = ["male", "female"] as const;
export type Sex = (typeof sexes)[number];

export interface IdentityDocument {
  idType: IdType;
  /** In its one spelling: half width, upper case, without spaces. */
  idNumber: string;
  birthDate: BusinessDate;
  sex: Sex;
}

/**
 * One spelling for every way to write a number: full-width digits and letters, lower-case x, spaces and hyphens.
 * A 港澳居民来往内地通行证 of ten digits is its nine-character number followed by the count of renewals.
 */
export function normaliseIdNumber(idType: IdType, written: string): string {
  const number = written
    .normalize("NFKC")
    .replace(/[\s\p{Pd}]/gu, "")
    .toUpperCase();
  return idType === "hk-macao-permit" && /^[HM]\d{10}$/.test(number) ? number.slice(0, 9) : number;
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** GB 11643: ISO 7064 MOD 11-2 over the first 17 digits. */
export function checkCharacter(digits: string): string | undefined {
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(digits[at]), 0);
  return "10X98765432"[sum % 11];
}

interface Form {
  pattern: RegExp;
  /** The number itself tells birth date and sex, and ends in a check character. */
  eighteen: boolean;
}

/**
 * Area codes are historical and are not checked, nor is residence inferred from them. The two permits for residents
 * of Hong Kong, Macao and Taiwan carry 81, 82, 83; the new 外国人永久居留身份证 begins with 9 and follows GB 11643.
 */
const forms: Readonly<Record<IdType, readonly Form[]>> = {
  "resident-id": [{ pattern: /^(?!8[123])[1-8]\d{16}[\dX]$/, eighteen: true }],
  "hmt-residence-permit": [{ pattern: /^8[123]\d{15}[\dX]$/, eighteen: true }],
  "hk-macao-permit": [{ pattern: /^[HM]\d{8}$/, eighteen: false }],
  "taiwan-permit": [{ pattern: /^(\d{8}|\d{10}[A-Z]?)$/, eighteen: false }],
  passport: [{ pattern: /^[A-Z0-9]{5,20}$/, eighteen: false }],
  "permanent-resident-id": [
    { pattern: /^9\d{16}[\dX]$/, eighteen: true },
    { pattern: /^[A-Z]{3}\d{12}$/, eighteen: false },
  ],
};

const invalid = (): Refusal => new Refusal(peopleProblems.invalidIdentityNumber);

function factsOfEighteen(number: string, today: BusinessDate): Pick<IdentityDocument, "birthDate" | "sex"> {
  const birthDate = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;
  const possible = isCalendarDate(birthDate) && birthDate >= "1880-01-01" && birthDate <= today;
  if (!possible || checkCharacter(number) !== number[17]) throw invalid();
  return { birthDate, sex: Number(number[16]) % 2 === 1 ? "male" : "female" };
}

/** A number that has a form of its type, with what an 18-digit one tells itself. */
function readNumber({ idType, idNumber: written }: DocumentNumber, today: BusinessDate) {
  const idNumber = normaliseIdNumber(idType, written);
  const form = forms[idType].find(({ pattern }) => pattern.test(idNumber));
  if (!form) throw invalid();
  return { idType, idNumber, facts: form.eighteen ? factsOfEighteen(idNumber, today) : undefined };
}

type DocumentNumber = Pick<IdentityDocument, "idType" | "idNumber">;

/** A document's number alone, in its one spelling, as a list has it. Refuses `invalid-identity-number`. */
export function readDocumentNumber(written: DocumentNumber, today: BusinessDate): DocumentNumber {
  const { idType, idNumber } = readNumber(written, today);
  return { idType, idNumber };
}

/**
 * Reads a document. Refuses `invalid-identity-number` for a wrong form, check character or birth date, and for a
 * stated birth date or sex that the number contradicts; `birth-date-and-sex-required` where the number tells neither.
 */
export function readDocument(
  written: { idType: IdType; idNumber: string; birthDate?: string | undefined; sex?: Sex | undefined },
  today: BusinessDate,
): IdentityDocument {
  const { idType, idNumber, facts } = readNumber(written, today);
  if (facts) {
    const contradicts =
      (written.birthDate ?? facts.birthDate) !== facts.birthDate || (written.sex ?? facts.sex) !== facts.sex;
    if (contradicts) throw invalid();
    return { idType, idNumber, ...facts };
  }
  const { birthDate, sex } = written;
  if (!birthDate || !sex) throw new Refusal(peopleProblems.birthDateAndSexRequired);
  if (!isCalendarDate(birthDate) || birthDate < "1880-01-01" || birthDate > today) throw invalid();
  return { idType, idNumber, birthDate, sex };
}
