import { actorOf } from "#shared/audit/actor.ts";
import { auditEntry, auditPart } from "#shared/audit/log.ts";
import type { Caller } from "#shared/platform/caller.ts";
import { type RequestKey, recall, remember } from "#shared/platform/remember.ts";
import type { PublishedEvent, Registration } from "../store.ts";
import { decideOn } from "./deciding.ts";
import type { Rejection } from "./rules.ts";

/** A decision under its request's key: who sends it again is answered how the registration then stands. */
export async function decideOnce(
  of: { event: PublishedEvent; registration: Registration; caller: Caller; key: RequestKey; now: Date },
  action: "approveRegistration" | "rejectRegistration",
  rejection?: Rejection,
): Promise<Registration> {
  const { event, registration, caller, key, now } = of;
  const { registrationId } = registration;
  if (await recall(key)) return registration;
  const facts = { event: event.eventId, ...(rejection !== undefined && { reason: rejection }) };
  const acted = { actor: await actorOf(caller), action, subject: registrationId, facts };
  const also = [remember(key, { registrationId }), auditPart(auditEntry(caller, acted, now))];
  try {
    return await decideOn(event, registration, rejection, also);
  } catch (error) {
    if (await recall(key)) return registration;
    throw error;
  }
}
