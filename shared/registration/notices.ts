import { type Holder, holderId } from "#shared/allotment/model.ts";
import { noticeParts } from "#shared/notices/notices.ts";
import type { Person } from "#shared/people/store.ts";
import type { Part } from "#shared/platform/database.ts";
import type { Application, RegistrationClaim, RegistrationView } from "./model.ts";
import type { PublishedEvent } from "./store.ts";

const claimOf = ({ claim }: Pick<Holder, "claim">) => claim as unknown as RegistrationClaim;

/** Whoever signed up is told, once for all who were signed up together: a child has no inbox. */
const stands = ({ party, holder }: Holder): boolean => party === undefined || party[0] === holder;

const registrationIdOf = ({ allotment }: PublishedEvent, { holder }: Holder) =>
  holderId("reg", allotment, holder);

const groupOf = ({ groups }: PublishedEvent, { groupId }: Pick<RegistrationClaim, "groupId">): string =>
  groups.find((group) => group.groupId === groupId)?.name ?? "";

/** By the version that the offer gave the holder: a place that is offered again is another event. */
const offerId = (event: PublishedEvent, holder: Holder): string =>
  `offer:${registrationIdOf(event, holder)}:${holder.version}`;

/** Whom to hurry to of those who were offered places, under which name. */
export const recipientOf = (event: PublishedEvent, holder: Holder) =>
  stands(holder) ? [{ personId: claimOf(holder).signedUpBy, noticeId: offerId(event, holder) }] : [];

/** That places are kept for the first of a party and all of it; in the write of the offer. */
export function offeredNotice(event: PublishedEvent, first: Holder): Part[] {
  const claim = claimOf(first);
  return noticeParts({
    to: claim.signedUpBy,
    template: "registration-offered",
    facts: { event: event.name, group: groupOf(event, claim), until: first.heldUntil ?? event.startsAt },
    about: registrationIdOf(event, first),
    noticeId: offerId(event, first),
  });
}

/** That the place which was kept for a holder is theirs; in the write of the acceptance. */
export function confirmedNotice(event: PublishedEvent, offered: Holder): Part[] {
  const claim = claimOf(offered);
  return noticeParts({
    to: claim.signedUpBy,
    template: "registration-confirmed",
    facts: { event: event.name, group: groupOf(event, claim), startsAt: event.startsAt },
    about: registrationIdOf(event, offered),
    noticeId: `confirmed:${registrationIdOf(event, offered)}:${offered.version}`,
  });
}

/** That staff signed somebody up, for a place or a place in the queue; in the write of it. */
export function byDeskNotice(
  event: PublishedEvent,
  view: RegistrationView,
  { to, noticeId }: { to: string; noticeId: string },
): Part[] {
  return noticeParts({
    to,
    template: view.status === "waitlisted" ? "desk-waitlisted" : "desk-registered",
    facts: { event: event.name, group: groupOf(event, view), startsAt: event.startsAt },
    about: view.registrationId,
    noticeId,
  });
}

/** Who of these was signed up by somebody else, and has an account of their own to learn of it. */
export const toldOfProxy = (
  people: readonly Pick<Person, "personId" | "account">[],
  signedUpBy: string,
): string[] =>
  people.flatMap(({ personId, account }) =>
    personId !== signedUpBy && account !== undefined ? [personId] : [],
  );

/**
 * That somebody else signed them up; in the write of the sign-up. By the instant of it, since one who cancelled may be
 * signed up again.
 * @param holders of the application's people, in their order
 */
export function proxiedNotices(
  event: PublishedEvent,
  { participantIds, groupId, signedUpAt }: Application,
  holders: readonly string[],
  told: readonly string[],
): Part[] {
  const { name, groups, startsAt, allotment } = event;
  const group = groups.find((known) => known.groupId === groupId)?.name ?? "";
  return participantIds.flatMap((to, at) => {
    if (!told.includes(to)) return [];
    const about = holderId("reg", allotment, holders[at] ?? "");
    const noticeId = `signed-up:${about}:${signedUpAt}`;
    return noticeParts({
      to,
      template: "registered-for-you",
      facts: { event: name, group, startsAt },
      about,
      noticeId,
    });
  });
}
