import { noticeParts } from "#shared/notices/notices.ts";
import { type Ban, FOR_LIFE } from "#shared/people/standing/model.ts";
import type { Part } from "#shared/platform/database.ts";
import type { Penalty } from "./model.ts";

/** That somebody was put on the ban list; why they read where they see it (`GET /v1/me/penalties`). */
export const bannedNotices = ({ banId, event, until, tells }: Ban): Part[] =>
  tells.flatMap((to) => {
    const told = { to, about: banId, noticeId: `ban:${banId}` } as const;
    return until === FOR_LIFE
      ? noticeParts({ ...told, template: "registration-banned-for-life", facts: { event } })
      : noticeParts({ ...told, template: "registration-banned", facts: { event, until } });
  });

/** The names of some events, as a sentence shows them. */
const namesOf = (events: readonly string[]): string => events.join("、");

/** That sign-up is paused, for which events, and until when one may appeal. */
export const penaltyNotices = (
  { penaltyId, until, appealUntil, tells }: Penalty,
  events: readonly string[],
): Part[] =>
  tells.flatMap((to) =>
    noticeParts({
      to,
      template: "registration-paused",
      facts: { events: namesOf(events), until, appealUntil },
      about: penaltyId,
      noticeId: `penalty:${penaltyId}`,
    }),
  );

/** That the next no-shows would lead to more than words; where the rule only warns. */
export const warningNotices = (
  tells: readonly string[],
  { about, events }: { about: string; events: readonly string[] },
): Part[] =>
  tells.flatMap((to) =>
    noticeParts({
      to,
      template: "registration-no-shows",
      facts: { events: namesOf(events) },
      about,
      noticeId: `no-shows:${about}`,
    }),
  );

/** What was decided on an appeal. */
export const decidedNotices = (
  { penaltyId, until, tells }: Penalty,
  {
    appealId,
    outcome,
    events,
  }: { appealId: string; outcome: "upheld" | "lifted"; events: readonly string[] },
): Part[] =>
  tells.flatMap((to) => {
    const told = { to, about: penaltyId, noticeId: `appeal:${appealId}` } as const;
    return outcome === "lifted"
      ? noticeParts({ ...told, template: "penalty-lifted", facts: { events: namesOf(events) } })
      : noticeParts({ ...told, template: "penalty-upheld", facts: { until } });
  });
