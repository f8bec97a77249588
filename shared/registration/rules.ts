import type { Standing } from "#shared/allotment/request.ts";
import type { Person } from "#shared/people/store.ts";
import { type FieldError, Refusal } from "#shared/platform/problem.ts";
import { ageOn, businessDate } from "#shared/platform/time.ts";
import { type Application, type Group, poolLeaf, type RegistrationClaim, type SportEvent } from "./model.ts";
import { registrationPolicy } from "./policy.ts";
import { registrationProblems } from "./problems.ts";
import { type Barred, refuseBarred } from "./standing/rules.ts";

/** What the participant's own data must tell for a decision. */
export type Participant = Pick<Person, "personId" | "birthDate" | "sex" | "verification"> & Barred;

export interface Command {
  groupId: string;
  waitlist: boolean;
  consents: readonly { statementId: string; version: string }[];
  documents?: Application["documents"];
}

/** Sign-up is open from its opening instant up to, not including, its closing instant. */
function refuseOutsideWindow(event: SportEvent, now: Date): void {
  const instant = now.toISOString();
  if (instant < event.signUpOpensAt)
    throw new Refusal(registrationProblems.signUpNotOpen, { facts: { opensAt: event.signUpOpensAt } });
  if (instant >= event.signUpClosesAt || event.entriesClosedAt !== undefined)
    throw new Refusal(registrationProblems.signUpClosed, { facts: { closedAt: event.signUpClosesAt } });
}

/** The day on which the group's ages count: the race's first day, or 31 December of its year. */
export function ageDay(event: Pick<SportEvent, "startsAt">, group: Pick<Group, "ageOn">): string {
  const raceDay = businessDate(event.startsAt);
  return group.ageOn === "race-day" ? raceDay : `${raceDay.slice(0, 4)}-12-31`;
}

function notEligible(rule: string, required: string | number, zh: string, en: string): Refusal {
  return new Refusal(registrationProblems.notEligible, {
    facts: { rule, required, requirement: { zh, en } },
  });
}

/** Refuses `not-eligible`, naming the rule and what would satisfy it. */
function refuseIneligible(event: SportEvent, group: Group, participant: Participant): void {
  const day = ageDay(event, group);
  const age = ageOn(participant.birthDate, day);
  if (group.minAge !== undefined && age < group.minAge)
    throw notEligible(
      "min-age",
      group.minAge,
      `本组别要求在 ${day} 年满 ${group.minAge} 周岁。`,
      `This group is for those who are ${group.minAge} or older on ${day}.`,
    );
  if (group.maxAge !== undefined && age > group.maxAge)
    throw notEligible(
      "max-age",
      group.maxAge,
      `本组别要求在 ${day} 不超过 ${group.maxAge} 周岁。`,
      `This group is for those who are ${group.maxAge} or younger on ${day}.`,
    );
  if (group.sex !== undefined && participant.sex !== group.sex)
    throw notEligible(
      "sex",
      group.sex,
      `本组别仅限${group.sex === "male" ? "男" : "女"}子报名。`,
      `This group is for ${group.sex === "male" ? "men" : "women"} only.`,
    );
}

/** Refuses `consent-required` and `consent-outdated`, naming the statements. Returns what was agreed to. */
function agreed(event: SportEvent, consents: Command["consents"]): string[] {
  const given = new Map(consents.map(({ statementId, version }) => [statementId, version]));
  const naming =
    (problem: typeof registrationProblems.consentRequired | typeof registrationProblems.consentOutdated) =>
    (statements: SportEvent["statements"]) => {
      if (statements.length === 0) return;
      const errors = statements.map(
        ({ statementId, version }): FieldError => ({
          pointer: "/consents",
          message: {
            zh: `声明 ${statementId}，版本 ${version}`,
            en: `statement ${statementId}, version ${version}`,
          },
        }),
      );
      throw new Refusal(problem, { errors });
    };
  naming(registrationProblems.consentOutdated)(
    event.statements.filter(({ statementId, version }) => (given.get(statementId) ?? version) !== version),
  );
  naming(registrationProblems.consentRequired)(
    event.statements.filter(({ statementId, required }) => required && !given.has(statementId)),
  );
  return event.statements
    .filter(({ statementId }) => given.has(statementId))
    .map(({ statementId, version }) => `${statementId}@${version}`);
}

/** The leaves on which these people may draw: the pools that are for all of them, then the group's own. */
function leavesFor(event: SportEvent, group: Group, participants: readonly Participant[]): string[] {
  const day = ageDay(event, group);
  const pools = group.pools.flatMap(({ rule }, at) => {
    const admits = ({ birthDate, sex }: Participant) => {
      const age = ageOn(birthDate, day);
      return age >= (rule.minAge ?? 0) && age <= (rule.maxAge ?? 200) && (rule.sex ?? sex) === sex;
    };
    return participants.every(admits) ? [poolLeaf(group.groupId, at)] : [];
  });
  return [...pools, group.groupId];
}

const settledBy = ({ allocation }: SportEvent): Application["settledBy"] =>
  allocation === "draw" ? "draw" : allocation === "approval" ? "decision" : "place";

/** How a registration stands by its place: with one that is kept for it, or while it waits for what settles it. */
export function statusOf(
  { settledBy }: Pick<Application, "settledBy">,
  state: Standing["state"],
): RegistrationClaim["status"] {
  switch (state) {
    case "active":
    case "held":
      return "confirmed";
    case "waiting":
      return "waitlisted";
    case "entered":
      return settledBy === "draw" ? "pending-draw" : "pending-approval";
  }
}

/**
 * Whether these people may sign up for this group now, together or not at all, and what is then asked of the
 * allotment. Whether a place is free is not asked here: only the allotment knows.
 */
export function admitSignUp(
  event: SportEvent,
  participants: readonly Participant[],
  command: Command,
  context: { signedUpBy: string; attempts: number; now: Date },
): Application {
  refuseOutsideWindow(event, context.now);
  const group = event.groups.find(({ groupId }) => groupId === command.groupId);
  if (!group) throw new Refusal(registrationProblems.unknownGroup);
  if (command.waitlist && !event.waitlist) throw new Refusal(registrationProblems.noWaitlist);
  for (const participant of participants) {
    refuseBarred(participant, context.signedUpBy, context.now);
    if (event.requiresVerified && participant.verification !== "verified")
      throw new Refusal(registrationProblems.identityNotVerified);
    refuseIneligible(event, group, participant);
  }
  if (context.attempts >= registrationPolicy.attemptsPerEvent.value)
    throw new Refusal(registrationProblems.tooManyAttempts);
  return {
    eventId: event.eventId,
    groupId: group.groupId,
    participantIds: participants.map(({ personId }) => personId),
    signedUpBy: context.signedUpBy,
    consents: agreed(event, command.consents),
    documents: command.documents ?? [],
    settledBy: settledBy(event),
    leaves: leavesFor(event, group, participants),
    waitlist: command.waitlist,
    rules: event.version,
    signedUpAt: context.now.toISOString(),
  };
}

/** What is recorded of each participant's place, or place in the queue. */
export const claimFor = (
  { eventId, groupId, signedUpBy, signedUpAt, consents, waitlist, settledBy, documents }: Application,
  participantId: string,
  status: RegistrationClaim["status"],
): RegistrationClaim => ({
  eventId,
  groupId,
  participantId,
  signedUpBy,
  status,
  signedUpAt,
  ...(documents.length > 0 && { documents }),
  ...(waitlist && settledBy === "draw" && { wouldWait: true }),
  consents,
});

const over: readonly RegistrationClaim["status"][] = ["cancelled", "expired", "not-selected", "rejected"];

/** Whether nothing is kept for it any more. */
export const isOver = ({ status }: Pick<RegistrationClaim, "status">): boolean => over.includes(status);

/**
 * A registration may be cancelled before the event's deadline; who only waits, or has an offer, may leave whenever
 * they like. One that is over stays so.
 */
export function decideCancel(event: SportEvent, claim: RegistrationClaim, now: Date): RegistrationClaim {
  if (isOver(claim)) return claim;
  const takenPart = claim.status === "attended" || claim.status === "no-show";
  if (takenPart || (claim.status === "confirmed" && now.toISOString() >= event.cancelUntil))
    throw new Refusal(registrationProblems.cancelClosed, { facts: { cancelUntil: event.cancelUntil } });
  const { offerExpiresAt: _over, ...kept } = claim;
  return { ...kept, status: "cancelled", cancelledAt: now.toISOString() };
}
