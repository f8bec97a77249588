import { createHash, randomBytes } from "node:crypto";
import { Refusal } from "#shared/platform/problem.ts";
import { readSigned, sign } from "#shared/platform/signed.ts";
import type { Instant } from "#shared/platform/time.ts";
import type { Application, SportEvent } from "./model.ts";
import { registrationPolicy } from "./policy.ts";
import { registrationProblems } from "./problems.ts";

/**
 * What a queued sign-up was, for who asks what became of it: the queue itself cannot be asked. It holds references
 * only, and is accepted for the one registration it was given for.
 */
export interface Ticket {
  application: Application;
  acceptedAt: Instant;
}

export const signTicket = (registrationId: string, ticket: Ticket): Promise<string> =>
  sign("ticket", [registrationId], ticket);

/** Refuses `ticket-invalid`. */
export async function readTicket(registrationId: string, ticket: string): Promise<Ticket> {
  const read = await readSigned<Ticket>("ticket", [registrationId], ticket);
  if (!read) throw new Refusal(registrationProblems.ticketInvalid);
  return read;
}

/** Whether a sign-up accepted then may still be served: worker and asker decide it alike. */
export const isTicketOver = (acceptedAt: Instant, now: Date): boolean =>
  now.getTime() - Date.parse(acceptedAt) >= registrationPolicy.ticketSeconds.value * 1000;

interface Admission {
  notBefore: Instant;
  expiresAt: Instant;
  challenge?: { nonce: string; bits: number };
}

const scopeOf = (event: Pick<SportEvent, "eventId">, sub: string) => [event.eventId, sub];

/** A token with which this caller may sign up for this event from its opening on, or from now when it is open. */
export async function giveQueueToken(event: SportEvent, sub: string, now: Date) {
  const notBefore = now.toISOString() < event.signUpOpensAt ? event.signUpOpensAt : now.toISOString();
  const until = Date.parse(notBefore) + registrationPolicy.queueTokenSeconds.value * 1000;
  const bits = registrationPolicy.challengeBits.value;
  const admission: Admission = {
    notBefore,
    expiresAt: new Date(until).toISOString(),
    ...(event.requiresQueueToken && { challenge: { nonce: randomBytes(12).toString("base64url"), bits } }),
  };
  return { queueToken: await sign("queue-token", scopeOf(event, sub), admission), ...admission };
}

/** Whether SHA-256 of nonce and solution begins with so many zero bits. */
export function solves({ nonce, bits }: { nonce: string; bits: number }, solution: string): boolean {
  const digest = createHash("sha256")
    .update(nonce + solution)
    .digest();
  return digest.readUInt32BE(0) >>> (32 - bits) === 0;
}

/** Refuses `queue-token-invalid` for a token forged, of another person or event, or out of its time. */
export async function refuseWithoutToken(
  event: SportEvent,
  sub: string,
  { queueToken, solution = "" }: { queueToken?: string | undefined; solution?: string | undefined },
  now: Date,
): Promise<void> {
  if (queueToken === undefined && !event.requiresQueueToken) return;
  const admission = await readSigned<Admission>("queue-token", scopeOf(event, sub), queueToken ?? "");
  const instant = now.toISOString();
  if (!admission || instant < admission.notBefore || instant >= admission.expiresAt)
    throw new Refusal(registrationProblems.queueTokenInvalid);
  if (admission.challenge && !solves(admission.challenge, solution))
    throw new Refusal(registrationProblems.challengeFailed);
}
