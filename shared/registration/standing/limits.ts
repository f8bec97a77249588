import { Refusal } from "#shared/platform/problem.ts";
import type { Instant } from "#shared/platform/time.ts";
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

/** All limits of a person: one item, so that of two sign-ups at once one is judged by what the other did. */
export interface Limits {
  version: number;
  /** By registration id. */
  entries: Readonly<Record<string, Entry>>;
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
  return {
    version: (was?.version ?? 0) + 1,
    entries: { ...Object.fromEntries(live), [registrationId]: entry },
  };
}

function timeClash([registrationId, { event, eventId }]: readonly [string, Entry], named: boolean): Refusal {
  if (!named) return new Refusal(standingProblems.timeClash, { facts: { explanation: { zh: "", en: "" } } });
  const explanation = { zh: `已报名“${event}”。`, en: `The other event is “${event}”.` };
  return new Refusal(standingProblems.timeClash, { facts: { explanation, eventId, registrationId } });
}
