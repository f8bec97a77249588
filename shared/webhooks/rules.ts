import { leaseUntil, retryAt } from "#shared/delivery/due.ts";
import type { Instant } from "#shared/platform/time.ts";
import type { Delivery, Endpoint, NoAnswer } from "./model.ts";

const HOUR = 60;
/** Minutes from one attempt to the next; after the last it has failed. */
const PAUSES = [1, 5, 30, 2 * HOUR, 6 * HOUR, 24 * HOUR] as const;
const ATTEMPTS = PAUSES.length + 1;

const DAY_MS = 86_400_000;
/** An endpoint that nothing reached for so long is disabled. */
const FAILS_FOR_MS = 5 * DAY_MS;
/** For so long both secrets sign after a rotation. */
const BOTH_SIGN_MS = DAY_MS;

/** How an attempt ended. */
export type Attempt = { status: number } | { error: NoAnswer };

export const succeeded = (attempt: Attempt): boolean =>
  "status" in attempt && attempt.status >= 200 && attempt.status < 300;

const settled = ({ dueAt: _due, ...delivery }: Delivery, state: Delivery["state"]): Delivery => ({
  ...delivery,
  state,
  version: delivery.version + 1,
});

/** The delivery while it is sent: counted before, and due again when nobody wrote down what became of it. */
export function begun(delivery: Delivery, now: Date): Delivery {
  if (delivery.attempts >= ATTEMPTS) return settled(delivery, "failed");
  const attempts = delivery.attempts + 1;
  const dueAt = leaseUntil(attempts, PAUSES, now);
  return { ...delivery, attempts, dueAt, lastAttemptAt: now.toISOString(), version: delivery.version + 1 };
}

/** The delivery after an attempt. */
export function ended(delivery: Delivery, attempt: Attempt, now: Date): Delivery {
  const { lastStatus: _status, lastError: _error, ...kept } = delivery;
  const told: Delivery = {
    ...kept,
    ...("status" in attempt ? { lastStatus: attempt.status } : { lastError: attempt.error }),
  };
  if (succeeded(attempt)) return settled(told, "delivered");
  const dueAt = isGone(attempt) ? undefined : retryAt(delivery.attempts, PAUSES, now);
  if (dueAt === undefined) return settled(told, "failed");
  return { ...told, dueAt, version: delivery.version + 1 };
}

const isGone = (attempt: Attempt): boolean => "status" in attempt && attempt.status === 410;

/** It is not sent any more: its endpoint is not there to take it. */
export const stopped = (delivery: Delivery): Delivery => settled(delivery, "stopped");

/** It is left until another attempt has shown whether the endpoint is back; not counted. */
export const postponed = (delivery: Delivery, now: Date): Delivery => ({
  ...delivery,
  dueAt: new Date(now.getTime() + PAUSES[0] * 60_000).toISOString(),
  version: delivery.version + 1,
});

/** Somebody asks for it by hand: it is due at once, and its attempts are counted anew. */
export const asked = (delivery: Delivery, now: Date): Delivery => ({
  ...delivery,
  state: "due",
  attempts: 0,
  dueAt: now.toISOString(),
  version: delivery.version + 1,
});

/** What an attempt changes of its endpoint; `undefined` when nothing. */
export function endpointAfter(endpoint: Endpoint, attempt: Attempt, now: Date): Endpoint | undefined {
  const disabled = (disabledBecause: NonNullable<Endpoint["disabledBecause"]>): Endpoint => ({
    ...endpoint,
    status: "disabled",
    disabledBecause,
    disabledAt: now.toISOString(),
  });
  if (isGone(attempt)) return disabled("gone");
  const { failingSince, ...working } = endpoint;
  if (succeeded(attempt)) return failingSince === undefined ? undefined : working;
  if (failingSince === undefined) return { ...endpoint, failingSince: now.toISOString() };
  return now.getTime() - Date.parse(failingSince) >= FAILS_FOR_MS ? disabled("failing") : undefined;
}

/** Until when the secret before the present one signs too. */
export const previousSignsUntil = ({ rotatedAt }: Pick<Endpoint, "rotatedAt">): Instant | undefined =>
  rotatedAt === undefined ? undefined : new Date(Date.parse(rotatedAt) + BOTH_SIGN_MS).toISOString();

/** The secrets that sign now, by their rotation, the present one first. */
export function signingRotations(endpoint: Pick<Endpoint, "rotation" | "rotatedAt">, now: Date): number[] {
  const until = previousSignsUntil(endpoint);
  const { rotation } = endpoint;
  return until !== undefined && now.toISOString() < until ? [rotation, rotation - 1] : [rotation];
}
