import type { IdType, Sex } from "#shared/people/identityDocument.ts";
import type { Verification } from "#shared/people/verification.ts";
import { type Bilingual, type FieldError, Refusal } from "#shared/platform/problem.ts";
import { ageOn, type BusinessDate, businessDate } from "#shared/platform/time.ts";
import type { EventInput, Group, SportEvent } from "../model.ts";
import { registrationProblems } from "../problems.ts";
import type { declarations } from "./schemas.ts";

export type Declaration = (typeof declarations)[number];

/** What decides whether a person may enter. Never the area code of a document: it tells no residence. */
export interface Entrant {
  birthDate: BusinessDate;
  sex: Sex;
  idType: IdType;
  verification: Verification;
  /** What is declared of the person in this sign-up; no document tells it. */
  declares: readonly Declaration[];
}

/** One condition on one person, as it is told to who does not meet it. */
export type Rule =
  | { rule: "min-age" | "max-age"; required: number; on: BusinessDate }
  | { rule: "sex"; required: Sex }
  | { rule: "id-type"; required: readonly IdType[] }
  | { rule: "verified"; required: "verified" }
  | { rule: "declares"; required: Declaration };

/** One condition on all who sign up together. */
export type PartyRule =
  | { rule: "participants-max"; required: number }
  | { rule: "adults" | "children"; required: Range; under: number; on: BusinessDate };

interface Range {
  min: number;
  max: number;
}

type Conditions = Pick<Group, "minAge" | "maxAge" | "sex" | "idTypes" | "requiresVerified" | "declares">;

/** The day on which the group's ages count: the race's first day, or 31 December of its year. */
export function ageDay(event: Pick<SportEvent, "startsAt">, group: Pick<Group, "ageOn">): BusinessDate {
  const raceDay = businessDate(event.startsAt);
  return group.ageOn === "race-day" ? raceDay : `${raceDay.slice(0, 4)}-12-31`;
}

/** The conditions of a group or a pool as rules. */
export function rulesOf(of: Conditions, on: BusinessDate): Rule[] {
  return [
    ...(of.minAge === undefined ? [] : [{ rule: "min-age", required: of.minAge, on } as const]),
    ...(of.maxAge === undefined ? [] : [{ rule: "max-age", required: of.maxAge, on } as const]),
    ...(of.sex === undefined ? [] : [{ rule: "sex", required: of.sex } as const]),
    ...(of.idTypes === undefined ? [] : [{ rule: "id-type", required: of.idTypes } as const]),
    ...(of.requiresVerified ? [{ rule: "verified", required: "verified" } as const] : []),
    ...(of.declares === undefined ? [] : [{ rule: "declares", required: of.declares } as const]),
  ];
}

/** Whether one person meets one condition. */
export function meets(entrant: Entrant, rule: Rule): boolean {
  switch (rule.rule) {
    case "min-age":
      return ageOn(entrant.birthDate, rule.on) >= rule.required;
    case "max-age":
      return ageOn(entrant.birthDate, rule.on) <= rule.required;
    case "sex":
      return entrant.sex === rule.required;
    case "id-type":
      return rule.required.includes(entrant.idType);
    case "verified":
      return entrant.verification === "verified";
    case "declares":
      return entrant.declares.includes(rule.required);
  }
}

/** The group's conditions on all who sign up together. */
export function partyRulesOf(
  { party, participantsMax }: Pick<Group, "party" | "participantsMax">,
  on: BusinessDate,
): PartyRule[] {
  const most =
    participantsMax === undefined ? [] : [{ rule: "participants-max", required: participantsMax } as const];
  if (!party) return most;
  const { adults, children, childUnder: under } = party;
  return [
    ...most,
    { rule: "adults", required: adults, under, on },
    { rule: "children", required: children, under, on },
  ];
}

/** Whether those who sign up together meet one condition. */
export function fits(entrants: readonly Pick<Entrant, "birthDate">[], rule: PartyRule): boolean {
  if (rule.rule === "participants-max") return entrants.length <= rule.required;
  const children = entrants.filter(({ birthDate }) => ageOn(birthDate, rule.on) < rule.under).length;
  const found = rule.rule === "children" ? children : entrants.length - children;
  return found >= rule.required.min && found <= rule.required.max;
}

const idTypeNames: Readonly<Record<IdType, Bilingual>> = {
  "resident-id": { zh: "居民身份证", en: "resident identity card" },
  "hmt-residence-permit": { zh: "港澳台居民居住证", en: "residence permit for Hong Kong, Macao and Taiwan" },
  "hk-macao-permit": { zh: "港澳居民来往内地通行证", en: "mainland travel permit for Hong Kong and Macao" },
  "taiwan-permit": { zh: "台湾居民来往大陆通行证", en: "mainland travel permit for Taiwan" },
  passport: { zh: "护照", en: "passport" },
  "permanent-resident-id": { zh: "外国人永久居留身份证", en: "permanent resident identity card" },
};

const declarationNames: Readonly<Record<Declaration, Bilingual>> = {
  resident: { zh: "本地居民", en: "a resident" },
  disabled: { zh: "残疾人", en: "a person with a disability" },
  school: { zh: "在校学生", en: "a pupil or student" },
  worker: { zh: "企业职工", en: "an employee" },
  farmer: { zh: "农民", en: "a farmer" },
};

const span = ({ min, max }: Range) => (min === max ? `${min}` : `${min}-${max}`);

/** What would satisfy a rule. */
export function requirementOf(of: Rule | PartyRule): Bilingual {
  switch (of.rule) {
    case "min-age":
      return {
        zh: `本组别要求在 ${of.on} 年满 ${of.required} 周岁。`,
        en: `This group is for those who are ${of.required} or older on ${of.on}.`,
      };
    case "max-age":
      return {
        zh: `本组别要求在 ${of.on} 不超过 ${of.required} 周岁。`,
        en: `This group is for those who are ${of.required} or younger on ${of.on}.`,
      };
    case "sex":
      return {
        zh: `本组别仅限${of.required === "male" ? "男" : "女"}子报名。`,
        en: `This group is for ${of.required === "male" ? "men" : "women"} only.`,
      };
    case "id-type": {
      const names = of.required.map((idType) => idTypeNames[idType]);
      return {
        zh: `本组别仅接受${names.map(({ zh }) => zh).join("、")}。`,
        en: `This group takes these documents only: ${names.map(({ en }) => en).join(", ")}.`,
      };
    }
    case "verified":
      return { zh: "须先完成实名核验。", en: "The identity must be verified first." };
    case "declares": {
      const { zh, en } = declarationNames[of.required];
      return {
        zh: `本组别仅限${zh}，请在报名时声明。`,
        en: `This group is for who declares to be ${en}; say so in the sign-up.`,
      };
    }
    case "participants-max":
      return {
        zh: `本组别每次最多 ${of.required} 人一起报名。`,
        en: `At most ${of.required} people sign up together in this group.`,
      };
    case "adults":
      return {
        zh: `本组别须由 ${span(of.required)} 名成人（在 ${of.on} 年满 ${of.under} 周岁）与儿童一起报名。`,
        en: `This group takes ${span(of.required)} adults (${of.under} or older on ${of.on}) with children.`,
      };
    case "children":
      return {
        zh: `本组别须由 ${span(of.required)} 名儿童（在 ${of.on} 未满 ${of.under} 周岁）与成人一起报名。`,
        en: `This group takes ${span(of.required)} children (under ${of.under} on ${of.on}) with adults.`,
      };
  }
}

/** A rule that is not met, and by whom: the place in the list of participants, or all of them together. */
interface Unmet {
  of: Rule | PartyRule;
  at?: number;
}

/** Every rule of the group that these people, together, do not meet. */
export function unmetIn(
  event: Pick<SportEvent, "startsAt" | "requiresVerified">,
  group: Group,
  entrants: readonly Entrant[],
): Unmet[] {
  const on = ageDay(event, group);
  const requiresVerified = event.requiresVerified || (group.requiresVerified ?? false);
  const rules = rulesOf({ ...group, requiresVerified }, on);
  return [
    ...entrants.flatMap((entrant, at) =>
      rules.filter((rule) => !meets(entrant, rule)).map((of) => ({ of, at })),
    ),
    ...partyRulesOf(group, on).flatMap((of) => (fits(entrants, of) ? [] : [{ of }])),
  ];
}

type Pool = EventInput["groups"][number]["pools"][number];

/** Whether a pool's places are for each of these people. */
export const inPool = (
  event: Pick<SportEvent, "startsAt">,
  group: Pick<Group, "ageOn">,
  { rule }: Pick<Pool, "rule">,
  entrants: readonly Entrant[],
): boolean =>
  rulesOf(rule, ageDay(event, group)).every((one) => entrants.every((entrant) => meets(entrant, one)));

/** Of what was declared, what the group or one of its pools asks for: nothing else is recorded. */
export function declarationsAsked(
  { declares, pools }: Pick<Group, "declares" | "pools">,
  declared: readonly Declaration[],
): Declaration[] {
  const asked = new Set([declares, ...pools.map(({ rule }) => rule.declares)]);
  return [...new Set(declared)].filter((one) => asked.has(one)).sort();
}

const told = (required: Rule["required"] | PartyRule["required"]): string | number => {
  if (typeof required !== "object") return required;
  return "min" in required ? span(required) : required.join(",");
};

/**
 * Refuses `not-eligible` with every rule that is not met, for whom, what would satisfy it, and the groups of the event
 * that these people could enter as they are; `identity-not-verified` when nothing but that is missing.
 * @param several whether the request named a list of participants
 */
export function refuseIneligible(
  event: SportEvent,
  group: Group,
  entrants: readonly Entrant[],
  several: boolean,
): void {
  const unmet = unmetIn(event, group, entrants);
  const [first] = unmet;
  if (!first) return;
  const errors = unmet.map(({ of, at }): FieldError => {
    const one = several ? `/participantIds/${at}` : "/participantId";
    const all = several ? "/participantIds" : "/participantId";
    const { rule, required } = of;
    return {
      pointer: at === undefined ? all : one,
      message: requirementOf(of),
      rule,
      required: told(required),
    };
  });
  if (unmet.every(({ of }) => of.rule === "verified"))
    throw new Refusal(registrationProblems.identityNotVerified, { errors });
  const sentences = [...new Map(unmet.map(({ of }) => [requirementOf(of).zh, requirementOf(of)])).values()];
  const suits = event.groups
    .filter((other) => other.groupId !== group.groupId && unmetIn(event, other, entrants).length === 0)
    .map(({ name }) => name);
  throw new Refusal(registrationProblems.notEligible, {
    errors,
    facts: {
      rule: first.of.rule,
      required: told(first.of.required),
      requirement: {
        zh: sentences.map(({ zh }) => zh).join(""),
        en: sentences.map(({ en }) => en).join(" "),
      },
      ...(suits.length > 0 && { suits: suits.join("、") }),
      advice:
        suits.length > 0
          ? {
              zh: `可以报名的组别：${suits.join("、")}。`,
              en: `Groups to enter instead: ${suits.join(", ")}.`,
            }
          : { zh: "本赛事没有其他适合的组别。", en: "No other group of this event would do." },
    },
  });
}
