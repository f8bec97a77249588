import { type Facts, Refusal } from "#shared/platform/problem.ts";
import type { Instant } from "#shared/platform/time.ts";
import { isTicketOver } from "../tickets.ts";
import { standingProblems } from "./problems.ts";

/** A live registration as the limits of a person count it. */
export interface Entry {
  eventId: string;
  /** The event's name, for who acts for the person. */
  event: string;
  startsAt: Instant;
  endsAt: Instant;
  signedUpAt: Instant;
}

/** A queued sign-up that the limits refused, for as long as its ticket may ask. */
interface RefusedBefore {
  signedUpAt: Instant;
  problem: "activeLimit" | "timeClash";
  facts: Facts;
}

/** All limits of a person: one item, so that of two sign-ups at once one is judged by what the other did. */
export interface Limits {
  version: number;
  /** By registration id. */
  entries: Readonly<Record<string, Entry>>;
  refused?: Readonly<Record<string, RefusedBefore>>;
}

export interface LimitRules {
  activeMax: number;
  perDays: number;
  clash: boolean;
}

/** Whether two events share an instant; one may begin when the other ends. */
const overlaps = (a: Entry, b: Entry): boolean => a.startsAt < b.endsAt && b.startsAt < a.endsAt;

/**
 * The limits with one registration more. What has ended counts no longer and is forgotten. Refuses `active-limit` and
 * `time-clash`; the latter names the other event where `named` says that who asks acts for the person.
 */
export function withEntry(
  was: Limits | undefined,
  registrationId: string,
  entry: Entry,
  { rules, now, named }: { rules: LimitRules; now: Date; named: boolean },
): Limits {
  const instant = now.toISOString();
  const since = new Date(now.getTime() - rules.perDays * 86_400_000).toISOString();
  const live = Object.entries(was?.entries ?? {}).filter(
    ([id, { endsAt }]) => id !== registrationId && endsAt > instant,
  );
  const clashing = rules.clash ? live.find(([, other]) => overlaps(other, entry)) : undefined;
  if (clashing) throw timeClash(clashing, named);
  const recent = live.filter(([, { signedUpAt }]) => signedUpAt > since);
  if (recent.length >= rules.activeMax) {
    const { activeMax, perDays } = rules;
    throw new Refusal(standingProblems.activeLimit, { facts: { activeMax, perDays } });
  }
  const { [registrationId]: _judgedAnew, ...refused } = was?.refused ?? {};
  return {
    ...(Object.keys(refused).length > 0 && { refused }),
    version: (was?.version ?? 0) + 1,
    entries: { ...Object.fromEntries(live), [registrationId]: entry },
  };
}

function timeClash([registrationId, { event, eventId }]: readonly [string, Entry], named: boolean): Refusal {
  if (!named) return new Refusal(standingProblems.timeClash, { facts: { explanation: { zh: "", en: "" } } });
  const explanation = { zh: `已报名“${event}”。`, en: `The other event is “${event}”.` };
  return new Refusal(standingProblems.timeClash, { facts: { explanation, eventId, registrationId } });
}

/** What a queued sign-up was refused for before: it is refused for good, whatever became free since. */
export function refusalToldBefore(
  was: Limits | undefined,
  registrationId: string,
  signedUpAt: Instant,
): Refusal | undefined {
  const before = was?.refused?.[registrationId];
  if (before?.signedUpAt !== signedUpAt) return undefined;
  return new Refusal(standingProblems[before.problem], { facts: before.facts });
}

/** The limits with the refusal of a queued sign-up; those of whom no ticket asks any more are forgotten. */
export function withRefused(
  was: Limits,
  registrationId: string,
  { refusal, signedUpAt, now }: { refusal: Refusal; signedUpAt: Instant; now: Date },
): Limits {
  const problem = refusal.problem === standingProblems.timeClash ? "timeClash" : "activeLimit";
  const asked = Object.entries(was.refused ?? {}).filter(
    ([, before]) => !isTicketOver(before.signedUpAt, now),
  );
  const noted: RefusedBefore = { signedUpAt, problem, facts: refusal.facts };
  const refused = { ...Object.fromEntries(asked), [registrationId]: noted };
  return { ...was, version: was.version + 1, refused };
}
