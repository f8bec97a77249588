import { type Holder, holderId } from "#shared/allotment/model.ts";
import { noticeParts } from "#shared/notices/notices.ts";
import type { Part } from "#shared/platform/database.ts";
import type { RegistrationClaim } from "../model.ts";
import type { PublishedEvent } from "../store.ts";

const templates = {
  confirmed: "draw-selected",
  "pending-payment": "draw-selected",
  waitlisted: "draw-alternate",
} as const;

const registrationIdOf = ({ allotment }: PublishedEvent, { holder }: Holder) =>
  holderId("reg", allotment, holder);

export const noticeIdOf = (event: PublishedEvent, holder: Holder): string =>
  `draw:${registrationIdOf(event, holder)}`;

/** What the draw meant for whoever signed up; in the write that makes it so. */
export function decidedNotice(
  event: PublishedEvent,
  first: Holder,
  status: RegistrationClaim["status"],
): Part[] {
  const { signedUpBy, groupId } = first.claim as unknown as RegistrationClaim;
  const template = (templates as Partial<Record<string, "draw-selected" | "draw-alternate">>)[status];
  return noticeParts({
    to: signedUpBy,
    template: template ?? "draw-not-selected",
    facts: { event: event.name, group: event.groups.find((one) => one.groupId === groupId)?.name ?? "" },
    about: registrationIdOf(event, first),
    noticeId: noticeIdOf(event, first),
  });
}
