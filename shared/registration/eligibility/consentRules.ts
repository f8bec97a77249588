import type { Capacity } from "#shared/people/acting.ts";
import { isMinor } from "#shared/people/profile.ts";
import { type FieldError, Refusal } from "#shared/platform/problem.ts";
import { ageOn, type BusinessDate, businessDate, type Instant } from "#shared/platform/time.ts";
import type { SportEvent } from "../model.ts";
import { registrationProblems } from "../problems.ts";
import { eligibilityProblems } from "./problems.ts";

type Statement = SportEvent["statements"][number];

/** For whom one signs, and as what. */
export interface Signer {
  personId: string;
  birthDate: BusinessDate;
  /** What the one who signs up is to this participant. */
  as: Capacity;
}

export interface GivenConsent {
  statementId: string;
  version: string;
  /** Everybody to whom the statement applies when absent. */
  participantId?: string | undefined;
}

/** That something was agreed to for a participant: evidence, kept with the place. */
export interface Signature {
  /** `statementId@version`. */
  statement: string;
  by: string;
  as: Capacity;
  at: Instant;
}

/** `statementId@version` of what was agreed to, by person, in the order of the event's statements. */
export type Agreed = Record<string, string[]>;

/** Whether something that an event asks concerns this person: by the age on its first day. */
export function applies(
  { appliesTo }: { appliesTo?: Statement["appliesTo"] },
  birthDate: BusinessDate,
  { startsAt }: Pick<SportEvent, "startsAt">,
): boolean {
  const age = ageOn(birthDate, businessDate(startsAt));
  return age >= (appliesTo?.minAge ?? 0) && age <= (appliesTo?.maxAge ?? 200);
}

interface Asked {
  statement: Statement;
  at: number;
  signer: Signer;
  given: string | undefined;
}

const lastOf = (consents: readonly GivenConsent[], personId: string, statementId: string) => {
  const named = consents.filter((given) => given.statementId === statementId);
  const own = named.findLast(({ participantId }) => participantId === personId);
  return (own ?? named.findLast(({ participantId }) => participantId === undefined))?.version;
};

const errorsOf = (asked: readonly Asked[], several: boolean): FieldError[] =>
  asked.map(({ statement: { statementId, version }, at }) => ({
    pointer: "/consents",
    message: {
      zh: `声明 ${statementId}，版本 ${version}${several ? `，第 ${at + 1} 位参加者` : ""}`,
      en: `statement ${statementId}, version ${version}${several ? `, participant ${at + 1}` : ""}`,
    },
  }));

/**
 * What is agreed to for each participant; each statement on its own, and only those that concern them. What is not
 * required may be left out. Refuses, in this order: `guardian-signature-required` where a minor, or anybody but the
 * guardian for them, would have to sign; `consent-outdated`; `consent-required`.
 */
export function agreedFor(
  event: Pick<SportEvent, "startsAt" | "statements">,
  signers: readonly Signer[],
  consents: readonly GivenConsent[],
  now: Date,
): Agreed {
  const several = signers.length > 1;
  const asked = signers.flatMap((signer, at) =>
    event.statements
      .filter((statement) => applies(statement, signer.birthDate, event))
      .map((statement): Asked => {
        return { statement, at, signer, given: lastOf(consents, signer.personId, statement.statementId) };
      }),
  );
  const refuse = (problem: keyof typeof problems, found: readonly Asked[]) => {
    if (found.length > 0) throw new Refusal(problems[problem], { errors: errorsOf(found, several) });
  };
  const today = businessDate(now);
  refuse(
    "unsigned",
    asked.filter(
      ({ statement, signer, given }) =>
        signer.as !== "guardian" &&
        isMinor(signer.birthDate, today) &&
        (statement.required || given !== undefined),
    ),
  );
  refuse(
    "outdated",
    asked.filter(({ statement, given }) => given !== undefined && given !== statement.version),
  );
  refuse(
    "missing",
    asked.filter(({ statement, given }) => statement.required && given === undefined),
  );
  return Object.fromEntries(
    signers.map(({ personId }) => [
      personId,
      asked
        .filter(({ signer, given }) => signer.personId === personId && given !== undefined)
        .map(({ statement: { statementId, version } }) => `${statementId}@${version}`),
    ]),
  );
}

const problems = {
  unsigned: eligibilityProblems.guardianSignatureRequired,
  outdated: registrationProblems.consentOutdated,
  missing: registrationProblems.consentRequired,
} as const;

/** What led to this, to be judged again under a changed event. */
export const consentsOf = (agreed: Agreed): GivenConsent[] =>
  Object.entries(agreed).flatMap(([participantId, statements]) =>
    statements.map((statement) => {
      // A version may hold an @ itself, an id does not.
      const [statementId = "", ...version] = statement.split("@");
      return { statementId, version: version.join("@"), participantId };
    }),
  );

/** Whether one of the event's statements of this kind was agreed to. */
export const agreedTo = (
  kind: NonNullable<Statement["kind"]>,
  { statements }: Pick<SportEvent, "statements">,
  agreed: readonly string[] = [],
): boolean =>
  statements.some(
    (statement) =>
      statement.kind === kind && agreed.includes(`${statement.statementId}@${statement.version}`),
  );
