import * as z from "zod";
import { personErased } from "#events/contracts/personErased.ts";
import { scheduledRun } from "#events/contracts/scheduledRun.ts";
import { emptyInbox } from "#shared/notices/store.ts";
import { forgetAnswers } from "#shared/people/answers/store.ts";
import { forgetErasure, listErasures } from "#shared/people/store.ts";
import { clock } from "#shared/platform/clock.ts";
import { log } from "#shared/platform/logger.ts";
import { consume } from "#shared/platform/queue.ts";
import { releaseErased } from "#shared/registration/changes.ts";
import { findRegistration, listRegistrationsOf } from "#shared/registration/store.ts";

/**
 * Gives back the places an erased person holds in events that have not ended, empties the inbox, and removes what
 * they answered; a second time changes nothing.
 */
async function release(personId: string): Promise<void> {
  const now = clock.now();
  let cancelled = 0;
  for (const { registrationId, holder } of await listRegistrationsOf(personId)) {
    const found = holder.state === "released" ? undefined : await findRegistration(registrationId);
    if (!found || found.event.endsAt <= now.toISOString()) continue;
    await releaseErased(found.registration, found.event, now);
    cancelled += 1;
  }
  await emptyInbox(personId);
  await forgetAnswers(personId);
  await forgetErasure(personId);
  log("person-erased", { personId, registrationsCancelled: cancelled });
}

/** Told of one person by the stream, or by the schedule to look for all that were missed. */
export const handler = consume("releaseErased", z.union([personErased, scheduledRun]), async (message) => {
  const persons = "data" in message ? [message.data.personId] : await listErasures();
  for (const personId of persons) await release(personId);
  if (!("data" in message)) log("job-completed", { job: message.job, handled: persons.length });
});
