import { checkCharacter, type Sex } from "#shared/people/identityDocument.ts";

/**
 * An invented 18-digit number with a valid check character, in the unassigned area 320599.
 * @param birthDate `YYYY-MM-DD`
 * @param order 0-499: the how-manieth of this birth date and sex
 */
export function residentId(birthDate: string, order: number, sex: Sex, area = "320599"): string {
  const serial = String(order * 2 + (sex === "male" ? 1 : 0)).padStart(3, "0");
  const digits = `${area}${birthDate.replaceAll("-", "")}${serial}`;
  return digits + checkCharacter(digits);
}
