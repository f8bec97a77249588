import type { Part } from "#shared/platform/database.ts";
import { sealFields } from "../personalData.ts";
import { type Profile, sameName } from "../profile.ts";
import { masked, openPerson, planNewPerson } from "../profiles.ts";
import { blindIndexes, findPerson, listGuardians, type Person, planProfileChange } from "../store.ts";
import { personIdOfDocument } from "./store.ts";

/** Who stands at a desk: known by the document, or to be made in the write of what is done for them. */
export interface AtDesk {
  person: Person;
  /** The person's own key, to seal what the form says. */
  key: Uint8Array;
  /** Whether the service knew the document before. */
  known: boolean;
  parts: Part[];
  /** Who is told: the person, or a child's guardian. */
  tell: string;
}

/**
 * The person of a document that staff read. Of somebody known nothing is shown, and nothing is changed but that a
 * person whom a desk made without a phone gets one. `mismatch` when name, birth date or sex are not those of the
 * document, `gone` when the person was erased while it was looked for. Refuses `identity-not-confirmed`.
 */
export async function personAtDesk(written: Profile, now: Date): Promise<AtDesk | "mismatch" | "gone"> {
  const personId = await personIdOfDocument(await blindIndexes(written));
  if (personId === undefined) {
    const { person, parts, key } = await planNewPerson(written, undefined, now, "desk");
    return { person, key, known: false, parts, tell: person.personId };
  }
  const person = await findPerson(personId, true);
  if (!person) return "gone";
  const { fields, key } = await openPerson(person);
  const same = person.birthDate === written.birthDate && person.sex === written.sex;
  if (!same || !sameName(fields.name, written.name)) return "mismatch";
  const ofDesk = person.madeBy === "desk";
  const tell = ofDesk || person.account !== undefined ? personId : await guardianOf(personId);
  const found = { person, key, known: true, tell } as const;
  // Whoever has an account has stated a number there.
  if (!ofDesk || fields.phone !== undefined || written.phone === undefined) return { ...found, parts: [] };
  const { nameMasked, verification } = person;
  const personal = await sealFields(key, personId, { ...fields, phone: written.phone });
  const change = { ...masked(written), nameMasked, verification, personal };
  return { ...found, parts: [planProfileChange(person, change)] };
}

/** A child has no inbox: the guardian who added it is told. */
async function guardianOf(childId: string): Promise<string> {
  const guardian = (await listGuardians(childId)).find(({ relation }) => relation === "child");
  return guardian?.guardianId ?? childId;
}
