import type { TemplateKey } from "#shared/notices/templates.ts";
import type { Person } from "#shared/people/store.ts";
import type { Instant } from "#shared/platform/time.ts";
import type { RegistrationClaim, SportEvent } from "../model.ts";

/** The reminders of an event, in order. */
export const kinds = ["dayBefore", "soon"] as const;
export type Kind = (typeof kinds)[number];

/** Hours before the start: told from `dueHours` on, and no more from `lateHours` on. */
export interface Window {
  dueHours: number;
  lateHours: number;
}

export const templateOf = {
  dayBefore: "event-in-a-day",
  soon: "event-soon",
} as const satisfies Record<Kind, TemplateKey>;

const HOUR_MS = 3_600_000;
const moved = (at: Date | Instant, hours: number): Instant =>
  new Date(new Date(at).getTime() + hours * HOUR_MS).toISOString();

/** Between which instants the events begin of which people are reminded now: the first not included. */
export const startingWithin = (
  { dueHours, lateHours }: Window,
  now: Date,
): { after: Instant; to: Instant } => ({
  after: moved(now, lateHours),
  to: moved(now, dueHours),
});

/** Whether people are reminded now of an event that starts then: neither too early nor too late. */
export function isTime(startsAt: Instant, window: Window, now: Date): boolean {
  const { after, to } = startingWithin(window, now);
  return after < startsAt && startsAt <= to;
}

/** Who signed up when the reminder was due already knows it from the screen. */
export const isNews = (
  { signedUpAt }: Pick<RegistrationClaim, "signedUpAt">,
  startsAt: Instant,
  { dueHours }: Window,
) => signedUpAt <= moved(startsAt, -dueHours);

/**
 * One person's reminder of one event: whoever signed several people up, together or one by one, is told once. One that
 * starts at another time than people were told is another.
 */
export const reminderId = (
  { eventId, startsAt }: Pick<SportEvent, "eventId" | "startsAt">,
  kind: Kind,
): string => `remind:${kind}:${eventId}:${startsAt}`;

const isPerson = (id: string): boolean => id.startsWith("per_");

/** Whether the participant is told beside, or instead of, who signed them up, if they have an account. */
export const hasAnother = ({ signedUpBy, participantId }: RegistrationClaim): boolean =>
  signedUpBy !== participantId;

/**
 * Who is told of a place: whoever signed up, and a participant with an account of their own. Where that was nobody's
 * relative but a desk, the participant, who is reached by phone.
 */
export function recipientsOf(
  { signedUpBy, participantId }: RegistrationClaim,
  participant: Pick<Person, "account"> | undefined,
): string[] {
  if (!isPerson(signedUpBy)) return [participantId];
  const told = participantId !== signedUpBy && participant?.account !== undefined;
  return told ? [signedUpBy, participantId] : [signedUpBy];
}
