import type * as z from "zod";
import { refuseOutdated } from "#shared/people/dependants.ts";
import type { OnPaper } from "#shared/people/desk/papers.ts";
import { type IdentityDocument, readDocumentNumber } from "#shared/people/identityDocument.ts";
import { peopleProblems } from "#shared/people/problems.ts";
import {
  isMinor,
  needsGuardianConsent,
  normaliseName,
  normalisePhone,
  type Profile,
} from "#shared/people/profile.ts";
import type { Bilingual, FieldError } from "#shared/platform/problem.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { businessDate } from "#shared/platform/time.ts";
import type { Group, SportEvent } from "../model.ts";
import { registrationProblems } from "../problems.ts";
import type { PublishedEvent } from "../store.ts";
import type { onBehalfInput, qualifiersInput } from "./contract.ts";
import { deskProblems } from "./problems.ts";

export type OnBehalfInput = z.output<typeof onBehalfInput>;
type QualifiersInput = z.output<typeof qualifiersInput>;
export type Basis = NonNullable<QualifiersInput["entries"][number]["basis"]>;

/** Who signed for a minor, and the version of the consent where the minor is under 14. */
export interface SignedForMinor {
  guardian: NonNullable<OnPaper["guardian"]>;
  guardianConsentVersion?: string;
}

/**
 * What a minor needs at a desk: a guardian who is named and signed, which nobody does on the telephone, and under 14 the
 * guardian's separate consent (PIPL Art. 31). An adult needs nobody, and nobody is kept. Refuses `guardian-required`,
 * `guardian-consent-required`, `consent-outdated`.
 */
export function signedFor(
  { birthDate }: Pick<Profile, "birthDate">,
  { guardian, evidence }: Pick<OnBehalfInput, "guardian" | "evidence">,
  now: Date,
): SignedForMinor | undefined {
  const today = businessDate(now);
  if (!isMinor(birthDate, today)) return undefined;
  if (!guardian || evidence.kind === "phone") throw new Refusal(deskProblems.guardianRequired);
  const { guardianConsent } = guardian;
  if (guardianConsent) refuseOutdated("guardian-of-minor", guardianConsent.version);
  else if (needsGuardianConsent(birthDate, today)) throw new Refusal(peopleProblems.guardianConsentRequired);
  return {
    guardian: { name: normaliseName(guardian.name), phone: normalisePhone(guardian.phone) },
    ...(guardianConsent && { guardianConsentVersion: guardianConsent.version }),
  };
}

/** The event as it is published. A draft's organiser sees it, and its sign-up has not opened: `signup-not-open`. */
export function publishedOf(event: SportEvent): PublishedEvent {
  const { allotment } = event;
  if (event.status === "published" && allotment) return { ...event, allotment };
  throw new Refusal(registrationProblems.signUpNotOpen, { facts: { opensAt: event.signUpOpensAt } });
}

/** A row of a list that is right. */
export interface Listed {
  document: Pick<IdentityDocument, "idType" | "idNumber">;
  groupId?: string;
  basis?: Basis;
}

/** Every row of a list, or `invalid-qualifiers` with what is wrong with which; never with the number itself. */
export function readQualifiers(
  event: Pick<SportEvent, "groups">,
  { entries }: QualifiersInput,
  now: Date,
): Listed[] {
  const today = businessDate(now);
  const known = new Set(event.groups.map(({ groupId }) => groupId));
  const errors: FieldError[] = [];
  const refuse = (at: number, field: string, message: Bilingual) =>
    errors.push({ pointer: `/entries/${at}/${field}`, message });
  const rows = entries.flatMap(({ idType, idNumber, groupId, basis }, at): Listed[] => {
    if (groupId !== undefined && !known.has(groupId))
      refuse(at, "groupId", { zh: "本赛事没有这个组别", en: "is no group of this event" });
    try {
      const document = readDocumentNumber({ idType, idNumber }, today);
      return [{ document, ...(groupId !== undefined && { groupId }), ...(basis !== undefined && { basis }) }];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refuse(at, "idNumber", error.problem.title);
      return [];
    }
  });
  if (errors.length > 0) throw new Refusal(deskProblems.invalidQualifiers, { errors });
  return rows;
}

/** Refuses `no-qualifying-list` where nobody would ask whether somebody is on it. */
export function refuseWithoutList({ allocation }: Pick<SportEvent, "allocation">): void {
  if (allocation === "first-come") throw new Refusal(deskProblems.noQualifyingList);
}

/** An event as far as its list is concerned. */
export interface WithList {
  eventId: string;
  groups: readonly Pick<Group, "groupId" | "name">[];
}

/** That somebody is not on the list for a group, and for which they are. */
export function notQualified(event: WithList, groupIds: readonly string[] = []): Refusal {
  const names = event.groups.filter(({ groupId }) => groupIds.includes(groupId)).map(({ name }) => name);
  const requirement =
    names.length > 0
      ? {
          zh: `名单中的组别是：${names.join("、")}。请报名该组别。`,
          en: `The list admits to: ${names.join(", ")}. Sign up for that group.`,
        }
      : {
          zh: "只有主办方名单内的证件可以报名。如有成绩或邀请，请联系主办方列入名单。",
          en: "Only documents on the organiser's list are admitted. With a result or an invitation, ask the organiser to be put on it.",
        };
  return new Refusal(deskProblems.notQualified, { facts: { rule: "qualifying-list", requirement } });
}
