import type * as z from "zod";
import type { profileInput } from "#shared/people/contract.ts";
import type { Sex } from "#shared/people/identityDocument.ts";
import { type BusinessDate, businessDate } from "#shared/platform/time.ts";
import { familyNames, givenNames, others } from "./names.ts";
import { personas } from "./personas.ts";
import { type Chance, chanceOf } from "./random.ts";
import { residentId } from "./residentId.ts";

type Profile = z.input<typeof profileInput>;

export interface DemoPerson {
  /** The account; a child's is its guardian's with a number. */
  key: string;
  /** A child has no account: its guardian enters it. */
  child: boolean;
  /** The account that signs this person up: their own, a guardian's, or that of a relative whom an elder asked. */
  signedUpBy: string;
  profile: Profile;
  birthDate: BusinessDate;
  sex: Sex;
}

/** How many of each household there are, besides the personas' family. */
const HOUSEHOLDS = { couples: 40, families: 40, elders: 40, threeGenerations: 12 } as const;

const sexes = ["female", "male"] as const;

/** Invents persons one by one; no two have the same document. */
class Register {
  readonly people: DemoPerson[] = [];
  readonly #chance: Chance;
  readonly #year: number;

  constructor(chance: Chance, year: number) {
    this.#chance = chance;
    this.#year = year;
  }

  familyName(): string {
    return this.#chance.oneOf(familyNames);
  }

  /** A person of this age in the present year, with an account of their own unless it is a guardian's child. */
  add(of: {
    age: number;
    name?: string;
    familyName?: string;
    sex?: Sex;
    key?: string;
    guardian?: string;
  }): DemoPerson {
    const order = this.people.length;
    const { age, guardian, sex = this.#chance.oneOf(sexes), familyName = this.familyName() } = of;
    const month = String(this.#chance.between(1, 12)).padStart(2, "0");
    const day = String(this.#chance.between(1, 28)).padStart(2, "0");
    const birthDate = `${this.#year - age}-${month}-${day}`;
    const given = this.#chance.oneOf(givenNames[sex]);
    const key = of.key ?? (guardian === undefined ? `demo-${order + 1}` : `${guardian}/${order + 1}`);
    const person: DemoPerson = {
      key,
      child: guardian !== undefined,
      signedUpBy: guardian ?? key,
      birthDate,
      sex,
      profile: {
        name: of.name ?? `${familyName}${this.#chance.oneOf(["示", "样", "例", "演"])}${given}`,
        idType: "resident-id",
        idNumber: residentId(birthDate, order, sex),
        phone: `1380000${String(order).padStart(4, "0")}`,
      },
    };
    this.people.push(person);
    return person;
  }

  /** Asks the relative to sign the elder up from now on. */
  entrust(elder: DemoPerson, relative: DemoPerson): void {
    this.people.splice(this.people.indexOf(elder), 1, { ...elder, signedUpBy: relative.key });
  }
}

/** The people of the sign-in page come first: the parent acts for her child and for the grandmother. */
function addPersonas(register: Register): void {
  const [grandmother, parent] = personas.filter(({ role }) => role === "citizen");
  if (!grandmother || !parent) throw new Error("the personas lack the grandmother or the parent");
  const elder = register.add({ age: 71, name: "沈示芳", sex: "female", key: grandmother.sub });
  const adult = register.add({ age: 38, name: "陆样敏", sex: "female", key: parent.sub });
  register.add({ age: 9, name: "沈例乐", sex: "male", guardian: adult.key });
  register.entrust(elder, adult);
}

function addHouseholds(register: Register, chance: Chance): void {
  const adult = (familyName: string, sex?: Sex) =>
    register.add({ age: chance.between(21, 57), familyName, ...(sex && { sex }) });
  const child = (familyName: string, guardian: DemoPerson) =>
    register.add({ age: chance.between(6, 15), familyName, guardian: guardian.key });
  const elder = (familyName: string) => register.add({ age: chance.between(62, 79), familyName });
  for (let nth = 0; nth < HOUSEHOLDS.couples; nth += 1)
    for (const sex of sexes) adult(register.familyName(), sex);
  for (let nth = 0; nth < HOUSEHOLDS.families; nth += 1) {
    const familyName = register.familyName();
    const guardian = adult(familyName);
    for (let more = chance.between(1, 2); more > 0; more -= 1) child(familyName, guardian);
  }
  for (let nth = 0; nth < HOUSEHOLDS.elders; nth += 1) elder(register.familyName());
  for (let nth = 0; nth < HOUSEHOLDS.threeGenerations; nth += 1) {
    const familyName = register.familyName();
    const guardian = adult(familyName);
    child(familyName, guardian);
    register.entrust(elder(familyName), guardian);
  }
}

/** Those with the other five documents, or with names that are hard to write. */
function addOthers(register: Register): void {
  for (const { name, age, sex, document } of others) {
    const person = register.add({ name, age, sex });
    if (document) Object.assign(person.profile, document(person.birthDate, sex));
  }
}

/** About 300 people of all ages in families; the same for every day of a year. */
export function makePeople(seed: number, now: Date): DemoPerson[] {
  const chance = chanceOf(seed);
  const register = new Register(chance, Number(businessDate(now).slice(0, 4)));
  addPersonas(register);
  addHouseholds(register, chance);
  addOthers(register);
  return register.people;
}
