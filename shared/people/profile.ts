import { Refusal } from "#shared/platform/problem.ts";
import { ageOn, type BusinessDate } from "#shared/platform/time.ts";
import { type IdentityDocument, type IdType, readDocument, type Sex } from "./identityDocument.ts";
import { peoplePolicy } from "./policy.ts";
import { peopleProblems } from "./problems.ts";

/** What a person types about themself or a child. */
export interface ProfileInput {
  name: string;
  idType: IdType;
  idNumber: string;
  phone?: string | undefined;
  birthDate?: string | undefined;
  sex?: Sex | undefined;
}

/** A profile in its one spelling. Name, number and phone are kept encrypted, the rest are derived facts. */
export interface Profile extends IdentityDocument {
  name: string;
  phone?: string;
}

/** The dots people type between the parts of a name; documents print U+00B7. */
const NAME_DOTS = /[\u2022\u2027\u30FB\uFF65\u2219\u22C5]/g;

export function normaliseName(written: string): string {
  const name = written.normalize("NFC").replace(NAME_DOTS, "\u00B7").replace(/\s+/gu, " ").trim();
  const plausible = /^[\p{L}\p{M}\p{N}\u00B7 .'’\-()（）]+$/u.test(name) && /\p{L}/u.test(name);
  if (!plausible || [...name].length > 80) throw new Refusal(peopleProblems.invalidName);
  return name;
}

/** Whether two spellings are one name: dots, spaces, width and case apart. */
export function sameName(one: string, other: string): boolean {
  const plain = (name: string) => normaliseName(name).normalize("NFKC").toLowerCase();
  return plain(one) === plain(other);
}

export function normalisePhone(written: string): string {
  const digits = written.normalize("NFKC").replace(/[\s\p{Pd}()]/gu, "");
  const phone = digits.replace(/^(?:\+|00)?86(?=1\d{10}$)/, "").replace(/^00/, "+");
  if (!/^1[3-9]\d{9}$/.test(phone) && !/^\+(?!86)[1-9]\d{5,14}$/.test(phone))
    throw new Refusal(peopleProblems.invalidPhone);
  return phone;
}

/** Reads a profile. Refuses `invalid-name`, `invalid-phone` and what {@link readDocument} refuses. */
export function readProfile(written: ProfileInput, today: BusinessDate): Profile {
  return {
    name: normaliseName(written.name),
    ...readDocument(written, today),
    ...(written.phone !== undefined && { phone: normalisePhone(written.phone) }),
  };
}

const stars = (count: number) => "*".repeat(Math.max(1, count));

/** `张**`: the first character, and no more stars than a name of four has. */
export const maskName = (name: string): string => {
  const [first = "", ...rest] = [...name];
  return first + stars(Math.min(3, rest.length));
};

/** `320***********1234`; shorter numbers keep two characters at each end. */
export function maskIdNumber(number: string): string {
  const [head, tail] = number.length >= 15 ? [3, 4] : [2, 2];
  return number.slice(0, head) + stars(number.length - head - tail) + number.slice(-tail);
}

/** `138****5678`. */
export const maskPhone = (phone: string): string =>
  phone.startsWith("+")
    ? `${phone.slice(0, 3)}${stars(phone.length - 5)}${phone.slice(-2)}`
    : phone.slice(0, 3) + stars(4) + phone.slice(-4);

/** `6222 **** 0123`: enough to know one's own card by. */
export const maskAccount = (number: string): string => `${number.slice(0, 4)} **** ${number.slice(-4)}`;

export const isMinor = (birthDate: BusinessDate, today: BusinessDate): boolean =>
  ageOn(birthDate, today) < peoplePolicy.adultAge.value;

export const needsGuardianConsent = (birthDate: BusinessDate, today: BusinessDate): boolean =>
  ageOn(birthDate, today) < peoplePolicy.separateConsentUnderAge.value;
