import type { Standing } from "#shared/allotment/request.ts";
import type { ActedFor } from "#shared/people/acting.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { agreedFor, type GivenConsent } from "./eligibility/consentRules.ts";
import {
  type Declaration,
  declarationsAsked,
  type Entrant,
  inPool,
  refuseIneligible,
} from "./eligibility/rules.ts";
import { type Application, type Group, poolLeaf, type RegistrationClaim, type SportEvent } from "./model.ts";
import { registrationPolicy } from "./policy.ts";
import { registrationProblems } from "./problems.ts";
import { refuseWithoutSignUp } from "./programme/rules.ts";
import { type Barred, refuseBarred } from "./standing/rules.ts";

/** What the participant's own data must tell for a decision. */
export type Participant = Pick<
  ActedFor,
  "personId" | "birthDate" | "sex" | "idType" | "verification" | "as"
> &
  Barred;

export interface Command {
  groupId: string;
  waitlist: boolean;
  consents: readonly GivenConsent[];
  documents?: Application["documents"];
  /** What is declared of everybody named. */
  declares?: readonly Declaration[];
  /** As the request named them, when it named a list. */
  participantIds?: readonly string[] | undefined;
}

/** Sign-up is open from its opening instant up to, not including, its closing instant. */
function refuseOutsideWindow(event: SportEvent, now: Date): void {
  const instant = now.toISOString();
  if (instant < event.signUpOpensAt)
    throw new Refusal(registrationProblems.signUpNotOpen, { facts: { opensAt: event.signUpOpensAt } });
  if (instant >= event.signUpClosesAt || event.entriesClosedAt !== undefined)
    throw new Refusal(registrationProblems.signUpClosed, { facts: { closedAt: event.signUpClosesAt } });
}

/** The leaves on which these people may draw: the pools that are for all of them, then the group's own. */
function leavesFor(event: SportEvent, group: Group, entrants: readonly Entrant[]): string[] {
  const pools = group.pools.flatMap((pool, at) =>
    inPool(event, group, pool, entrants) ? [poolLeaf(group.groupId, at)] : [],
  );
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
  context: { signedUpBy: string; attempts: number; now: Date; byStaff?: true },
): Application {
  refuseWithoutSignUp(event);
  refuseOutsideWindow(event, context.now);
  const group = event.groups.find(({ groupId }) => groupId === command.groupId);
  if (!group) throw new Refusal(registrationProblems.unknownGroup);
  if (command.waitlist && !event.waitlist) throw new Refusal(registrationProblems.noWaitlist);
  for (const participant of participants) refuseBarred(participant, context);
  const { declares: declared = [] } = command;
  const entrants = participants.map((participant): Entrant => ({ ...participant, declares: declared }));
  refuseIneligible(event, group, entrants, command.participantIds !== undefined);
  if (context.attempts >= registrationPolicy.attemptsPerEvent.value)
    throw new Refusal(registrationProblems.tooManyAttempts);
  const declares = declarationsAsked(group, declared);
  return {
    eventId: event.eventId,
    groupId: group.groupId,
    participantIds: participants.map(({ personId }) => personId),
    signedUpBy: context.signedUpBy,
    signedAs: Object.fromEntries(participants.map(({ personId, as }) => [personId, as])),
    consents: agreedFor(event, participants, command.consents, context.now),
    ...(declares.length > 0 && { declares }),
    documents: command.documents ?? [],
    settledBy: settledBy(event),
    leaves: leavesFor(event, group, entrants),
    waitlist: command.waitlist,
    rules: event.version,
    signedUpAt: context.now.toISOString(),
  };
}

/** What is recorded of each participant's place, or place in the queue. */
export function claimFor(
  { eventId, groupId, signedUpBy, signedAs, signedUpAt, consents, declares, ...of }: Application,
  participantId: string,
  status: RegistrationClaim["status"],
): RegistrationClaim {
  const as = signedAs[participantId] ?? "self";
  return {
    eventId,
    groupId,
    participantId,
    signedUpBy,
    signedAs: as,
    status,
    signedUpAt,
    consents: (consents[participantId] ?? []).map((statement) => {
      return { statement, by: signedUpBy, as, at: signedUpAt };
    }),
    ...(declares && { declares }),
    ...(of.onBehalf && { onBehalf: of.onBehalf }),
    ...(of.documents.length > 0 && { documents: of.documents }),
    ...(of.waitlist && of.settledBy === "draw" && { wouldWait: true }),
  };
}

const over: readonly RegistrationClaim["status"][] = ["cancelled", "expired", "not-selected", "rejected"];

/** Whether nothing is kept for it any more. */
export const isOver = ({ status }: Pick<RegistrationClaim, "status">): boolean => over.includes(status);

/**
 * A registration may be cancelled before the event's deadline, and not once its holder came; who only waits, or has
 * an offer, may leave whenever they like. One that is over stays so.
 */
export function decideCancel(event: SportEvent, claim: RegistrationClaim, now: Date): RegistrationClaim {
  if (isOver(claim)) return claim;
  const closed = claim.status === "confirmed" && now.toISOString() >= event.cancelUntil;
  if (closed || claim.status === "attended" || claim.status === "no-show")
    throw new Refusal(registrationProblems.cancelClosed, { facts: { cancelUntil: event.cancelUntil } });
  const { offerExpiresAt: _over, ...kept } = claim;
  return { ...kept, status: "cancelled", cancelledAt: now.toISOString() };
}
