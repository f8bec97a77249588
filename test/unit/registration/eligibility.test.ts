import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type IdType, idTypes, readDocument, type Sex } from "#shared/people/identityDocument.ts";
import { type FieldError, Refusal } from "#shared/platform/problem.ts";
import { ageOn } from "#shared/platform/time.ts";
import {
  ageDay,
  type Entrant,
  fits,
  meets,
  partyRulesOf,
  refuseIneligible,
  rulesOf,
} from "#shared/registration/eligibility/rules.ts";
import type { Group, SportEvent } from "#shared/registration/model.ts";
import { admitSignUp } from "#shared/registration/rules.ts";
import { days, documents, spelt, type Written } from "../../support/documents.ts";

const TODAY = "2026-06-10";
const births = days("1900-01-01", "2026-06-10");

const leap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** The day after, by a calendar of its own: no date of JavaScript's, no comparing of month and day. */
function dayAfter([year, month, day]: readonly [number, number, number]): [number, number, number] {
  const length = [31, leap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  if (day < length) return [year, month, day + 1];
  return month === 12 ? [year + 1, 1, 1] : [year, month + 1, 1];
}

/**
 * Age by walking through every day of a life and counting birthdays: the day that has the name of the birth, and for
 * who was born on 29 February the 1 March of every year that has no such day.
 */
function ageByWalking(birthDate: string, on: string): number {
  const parse = (date: string) => date.split("-").map(Number) as [number, number, number];
  const [, month, dayOfBirth] = parse(birthDate);
  const end = parse(on).join("-");
  let birthdays = 0;
  for (let at = parse(birthDate); at.join("-") !== end; ) {
    at = dayAfter(at);
    const named = at[1] === month && at[2] === dayOfBirth;
    const instead = month === 2 && dayOfBirth === 29 && !leap(at[0]) && at[1] === 3 && at[2] === 1;
    if (named || instead) birthdays += 1;
  }
  return birthdays;
}

/** A group with nothing but these conditions. */
const group = (of: Partial<Group> = {}): Group => ({
  groupId: "grp_1",
  name: "成人组",
  capacity: 10,
  ageOn: "race-day",
  feeFen: 0,
  unit: "person",
  pools: [],
  ...of,
});

const event = (of: Partial<SportEvent> = {}): SportEvent =>
  ({
    startsAt: "2026-12-05T01:00:00.000Z",
    requiresVerified: false,
    groups: [group()],
    ...of,
  }) as SportEvent;

const entrant = (of: Partial<Entrant> = {}): Entrant => ({
  birthDate: "1990-03-07",
  sex: "female",
  idType: "resident-id",
  verification: "declared",
  declares: [],
  ...of,
});

/** What a refusal says, in English. */
function refusalOf(work: () => void): {
  slug: string;
  facts: Refusal["facts"];
  errors: readonly FieldError[];
} {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal)
      return { slug: error.problem.slug, facts: error.facts, errors: error.errors };
    throw error;
  }
  throw new Error("was not refused");
}

describe("age", () => {
  it("is the number of birthdays since, on every day of every life", () => {
    fc.assert(
      fc.property(births, days("1900-01-01", "2040-12-31"), (birthDate, on) => {
        fc.pre(on >= birthDate);
        expect(ageOn(birthDate, on)).toBe(ageByWalking(birthDate, on));
      }),
      { numRuns: 150 },
    );
  });

  it("is reached on the birthday, also on 1 March where there is no 29 February, and not a day before", () => {
    const leapBirths = births.filter((date) => date.endsWith("02-29"));
    fc.assert(
      fc.property(leapBirths, fc.integer({ min: 1, max: 100 }), (birthDate, years) => {
        const year = Number(birthDate.slice(0, 4)) + years;
        const birthday = leap(year) ? `${year}-02-29` : `${year}-03-01`;
        expect(ageOn(birthDate, `${year}-02-28`)).toBe(years - 1);
        expect(ageOn(birthDate, birthday)).toBe(years);
      }),
    );
  });

  it("of the year's end is the year less the year of birth, whenever the race is", () => {
    fc.assert(
      fc.property(births, days("2026-06-11", "2036-12-31"), (birthDate, raceDay) => {
        const on = ageDay({ startsAt: `${raceDay}T01:00:00.000Z` }, { ageOn: "year-end" });
        expect(on).toBe(`${raceDay.slice(0, 4)}-12-31`);
        expect(ageOn(birthDate, on)).toBe(Number(raceDay.slice(0, 4)) - Number(birthDate.slice(0, 4)));
      }),
    );
  });

  it("counts on the day in Shanghai: a race at 15:59:59.999Z is that day's, a millisecond later the next one's", () => {
    const on = (startsAt: string, of: Group["ageOn"] = "race-day") => ageDay({ startsAt }, { ageOn: of });
    expect(on("2026-12-04T15:59:59.999Z")).toBe("2026-12-04");
    expect(on("2026-12-04T16:00:00.000Z")).toBe("2026-12-05");
    expect(on("2026-12-31T15:59:59.999Z", "year-end")).toBe("2026-12-31");
    expect(on("2026-12-31T16:00:00.000Z", "year-end")).toBe("2027-12-31");
    const rules = (startsAt: string) => rulesOf({ minAge: 20 }, on(startsAt));
    const born = entrant({ birthDate: "2006-12-05" });
    expect(rules("2026-12-04T15:59:59.999Z").every((rule) => meets(born, rule))).toBe(false);
    expect(rules("2026-12-04T16:00:00.000Z").every((rule) => meets(born, rule))).toBe(true);
  });
});

describe("at midnight in Shanghai", () => {
  const midnight = "2026-06-09T16:00:00.000Z";
  const instantBefore = "2026-06-09T15:59:59.999Z";
  const boy = { personId: "per_1", as: "guardian", ...entrant({ birthDate: "2008-06-10" }) } as const;
  const admit =
    (of: Partial<SportEvent>, at: string, as: "self" | "guardian" = "guardian") =>
    () =>
      admitSignUp(
        event({ eventId: "evt_1", version: 1, statements: [], ...of }),
        [{ ...boy, as }],
        { groupId: "grp_1", waitlist: false, consents: [{ statementId: "waiver", version: "1" }] },
        { signedUpBy: "per_2", attempts: 0, now: new Date(at) },
      );
  const [early, late] = ["2026-01-01T00:00:00.000Z", "2026-12-01T00:00:00.000Z"];

  it("a window opens and closes, not a millisecond before", () => {
    const opens = { signUpOpensAt: midnight, signUpClosesAt: late };
    expect(admit(opens, instantBefore)).toThrow("signup-not-open");
    expect(admit(opens, midnight)).not.toThrow();
    const closes = { signUpOpensAt: early, signUpClosesAt: midnight };
    expect(admit(closes, instantBefore)).not.toThrow();
    expect(admit(closes, midnight)).toThrow("signup-closed");
  });

  it("a minor comes of age, and signs from then on", () => {
    const statement = { statementId: "waiver", version: "1", title: "", text: "", required: true };
    const open = { signUpOpensAt: early, signUpClosesAt: late, statements: [statement] };
    expect(admit(open, instantBefore, "self")).toThrow("guardian-signature-required");
    expect(admit(open, midnight, "self")).not.toThrow();
  });
});

describe("the six documents", () => {
  const read = (written: Written) => readDocument(written, TODAY);

  it.each(idTypes)("%s: whoever holds it enters exactly the groups of their age and sex", (idType) => {
    fc.assert(
      fc.property(
        documents(births)[idType],
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 0, max: 100 }),
        fc.constantFrom<Sex>("male", "female"),
        days("2026-06-11", "2030-12-31"),
        ({ facts, written }, a, b, sex, on) => {
          const { birthDate, sex: told } = read(written);
          expect({ birthDate, sex: told }).toEqual(facts);
          const [minAge, maxAge] = [Math.min(a, b), Math.max(a, b)];
          const rules = rulesOf({ minAge, maxAge, sex }, on);
          const holder = entrant({ birthDate, sex: told, idType });
          const age = ageByWalking(facts.birthDate, on);
          const admitted = rules.every((rule) => meets(holder, rule));
          expect(admitted).toBe(age >= minAge && age <= maxAge && facts.sex === sex);
        },
      ),
      { numRuns: 25 },
    );
  });

  it.each(idTypes)("%s: is one document however its number is spelt", (idType) => {
    const spellings = documents(births)[idType].chain(({ written }) =>
      fc.tuple(fc.constant(written), spelt(written.idNumber)),
    );
    fc.assert(
      fc.property(spellings, ([written, otherwise]) => {
        expect(read({ ...written, idNumber: otherwise })).toEqual(read(written));
      }),
    );
  });

  it.each(idTypes)("%s: enters where it is accepted, and nowhere else", (idType) => {
    for (const accepted of idTypes) {
      const [rule] = rulesOf({ idTypes: [accepted] }, TODAY);
      expect(rule && meets(entrant({ idType }), rule)).toBe(idType === accepted);
    }
  });

  it("of a birth date that does not exist are none", () => {
    const impossible = fc.constantFrom(
      "0230",
      "0431",
      "0631",
      "0931",
      "1131",
      "1301",
      "0001",
      "0100",
      "0229",
    );
    const numbers = fc
      .constantFrom("resident-id" as const, "hmt-residence-permit" as const)
      .chain((idType) => fc.tuple(documents(births)[idType], impossible));
    fc.assert(
      fc.property(numbers, ([{ written }, monthAndDay]) => {
        const year = Number(written.idNumber.slice(6, 10));
        fc.pre(!(monthAndDay === "0229" && leap(year)));
        const digits = written.idNumber.slice(0, 10) + monthAndDay + written.idNumber.slice(14, 17);
        for (const check of "0123456789X")
          expect(() => read({ ...written, idNumber: digits + check })).toThrow("invalid-identity-number");
      }),
    );
    for (const idType of ["passport", "taiwan-permit", "hk-macao-permit"] as const) {
      const valid = { passport: "E12345678", "taiwan-permit": "12345678", "hk-macao-permit": "H12345678" };
      const written = { idType, idNumber: valid[idType], sex: "male" as const };
      expect(() => read({ ...written, birthDate: "1990-02-30" })).toThrow("invalid-identity-number");
    }
  });

  it("tell no residence: whatever area a number names, the same groups and pools are open", () => {
    const of = { minAge: 18, declares: "resident" } as const;
    const holders = documents(births)["resident-id"];
    fc.assert(
      fc.property(holders, fc.boolean(), ({ facts }, declares) => {
        const one = entrant({ ...facts, declares: declares ? ["resident"] : [] });
        const [, rule] = rulesOf(of, TODAY);
        expect(rule && meets(one, rule)).toBe(declares);
      }),
    );
  });
});

describe("parents with children", () => {
  const party = { adults: { min: 1, max: 2 }, children: { min: 1, max: 2 }, childUnder: 14 };
  const adult = entrant();
  const kid = entrant({ birthDate: "2018-05-01" });
  const admitted = (people: readonly Entrant[], of: Partial<Group> = { party }) =>
    partyRulesOf(group(of), "2026-12-05").every((rule) => fits(people, rule));

  it("are admitted by their numbers, and by nothing else about them", () => {
    fc.assert(
      fc.property(fc.nat(4), fc.nat(4), (adults, children) => {
        const people = [...Array(adults).fill(adult), ...Array(children).fill(kid)] as Entrant[];
        expect(admitted(people)).toBe(adults >= 1 && adults <= 2 && children >= 1 && children <= 2);
      }),
    );
  });

  it("are children until the birthday of the age that is named, on the group's day", () => {
    expect(admitted([adult, entrant({ birthDate: "2012-12-06" })])).toBe(true);
    expect(admitted([adult, entrant({ birthDate: "2012-12-05" })])).toBe(false);
  });

  it("never are one alone", () => {
    for (const alone of [adult, kid]) expect(admitted([alone])).toBe(false);
  });

  it("and others are no more at once than the group takes", () => {
    expect(admitted([adult, adult, adult], { participantsMax: 3 })).toBe(true);
    expect(admitted([adult, adult, adult, adult], { participantsMax: 3 })).toBe(false);
  });
});

describe("a refusal", () => {
  const groups = [
    group({ groupId: "grp_1", name: "女子20岁组", minAge: 20, sex: "female", idTypes: ["resident-id"] }),
    group({ groupId: "grp_2", name: "少年组", minAge: 14, maxAge: 19 }),
    group({ groupId: "grp_3", name: "公开组" }),
    group({ groupId: "grp_4", name: "长者组", minAge: 60 }),
  ];
  const boy = entrant({ birthDate: "2010-01-01", sex: "male", idType: "passport" as IdType });
  const refused = (entrants: readonly Entrant[], several = true, of: Partial<SportEvent> = {}) =>
    refusalOf(() => refuseIneligible(event({ groups, ...of }), groups[0] as Group, entrants, several));

  it("names every rule that is not met, of everybody, with what it requires", () => {
    const { slug, errors, facts } = refused([entrant({ birthDate: "2008-01-01" }), boy]);
    expect(slug).toBe("not-eligible");
    expect(errors.map(({ pointer, rule, required }) => [pointer, rule, required])).toEqual([
      ["/participantIds/0", "min-age", 20],
      ["/participantIds/1", "min-age", 20],
      ["/participantIds/1", "sex", "female"],
      ["/participantIds/1", "id-type", "resident-id"],
    ]);
    expect(errors[0]?.message.zh).toContain("在 2026-12-05 年满 20 周岁");
    expect(errors[3]?.message.zh).toContain("居民身份证");
    expect(facts).toMatchObject({ rule: "min-age", required: 20 });
    // Each sentence once, however many it concerns.
    const requirement = facts["requirement"] as { zh: string };
    expect(requirement.zh.split("年满 20 周岁")).toHaveLength(2);
  });

  it("names the groups that all of them could enter, and none where there is none", () => {
    expect(refused([boy]).facts["suits"]).toBe("少年组、公开组");
    expect(refused([boy, entrant({ birthDate: "1950-01-01" })]).facts["suits"]).toBe("公开组");
    const alone = refused([boy], true, { groups: groups.slice(0, 1) }).facts;
    expect(alone).not.toHaveProperty("suits");
    expect(alone["advice"]).toMatchObject({ zh: "本赛事没有其他适合的组别。" });
  });

  it("points at the one participant where the request named no list", () => {
    expect(refused([boy], false).errors[0]?.pointer).toBe("/participantId");
  });

  it("is of the identity when nothing but its verification is missing", () => {
    const woman = entrant();
    expect(refused([woman], true, { requiresVerified: true }).slug).toBe("identity-not-verified");
    const { slug, errors } = refused([woman, boy], true, { requiresVerified: true });
    expect(slug).toBe("not-eligible");
    expect(errors.filter(({ rule }) => rule === "verified")).toHaveLength(2);
  });

  it("says the same of a group as the evaluator does, whatever its conditions and whoever comes", () => {
    const conditions = fc.record(
      {
        minAge: fc.nat(100),
        maxAge: fc.nat(100),
        sex: fc.constantFrom<Sex>("male", "female"),
        idTypes: fc.subarray([...idTypes], { minLength: 1 }),
        requiresVerified: fc.boolean(),
        declares: fc.constantFrom("resident" as const, "disabled" as const),
        participantsMax: fc.integer({ min: 1, max: 3 }),
      },
      { requiredKeys: [] },
    );
    const people = fc.record({
      birthDate: births,
      sex: fc.constantFrom<Sex>("male", "female"),
      idType: fc.constantFrom(...idTypes),
      verification: fc.constantFrom("declared" as const, "verified" as const),
      declares: fc.subarray(["resident", "disabled"] as const),
    });
    fc.assert(
      fc.property(conditions, fc.array(people, { minLength: 1, maxLength: 4 }), (of, entrants) => {
        const one = group(of as Partial<Group>);
        const on = "2026-12-05";
        const oracle = entrants.every(
          (person) =>
            ageByWalking(person.birthDate, on) >= (of.minAge ?? 0) &&
            ageByWalking(person.birthDate, on) <= (of.maxAge ?? 999) &&
            (of.sex === undefined || of.sex === person.sex) &&
            (of.idTypes === undefined || of.idTypes.includes(person.idType)) &&
            (!of.requiresVerified || person.verification === "verified") &&
            (of.declares === undefined || person.declares.includes(of.declares)),
        );
        const admitted = oracle && entrants.length <= (of.participantsMax ?? 10);
        const judged = () => refuseIneligible(event({ groups: [one] }), one, entrants, true);
        if (admitted) expect(judged).not.toThrow();
        else expect(judged).toThrow(/not-eligible|identity-not-verified/);
      }),
      { numRuns: 60 },
    );
  });
});
