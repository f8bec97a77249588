import { randomInt } from "node:crypto";
import { residentId } from "#local/demo/residentId.ts";
import type { Client } from "#shared/client.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import type { Sex } from "#shared/people/identityDocument.ts";
import type { BodyOf } from "./walk.ts";
import { granted } from "./walk.ts";

const two = (number: number) => String(number).padStart(2, "0");

/** A birth date of somebody who is so old, or has been for less than a year, at the end of a year. */
export const bornFor = (age: number, year: number): string =>
  `${year - age}-${two(randomInt(1, 13))}-${two(randomInt(1, 29))}`;

/** An invented person with a document of their own. */
export function invented(name: string, birthDate: string, sex: Sex = "female") {
  return {
    name,
    idType: "resident-id" as const,
    idNumber: residentId(birthDate, randomInt(0, 500), sex),
    phone: `139${String(randomInt(0, 100_000_000)).padStart(8, "0")}`,
  };
}

/** The same without a telephone, as a child has none. */
export function inventedChild(name: string, birthDate: string, sex: Sex = "female") {
  const { phone: _none, ...child } = invented(name, birthDate, sex);
  return child;
}

export type Profile = BodyOf<typeof peopleRoutes.putMe>;

/** Somebody with a profile, made beside the steps. */
export async function settled(call: Client, person: ReturnType<typeof invented>): Promise<Profile> {
  return granted(call(peopleRoutes.putMe, { body: person }));
}
