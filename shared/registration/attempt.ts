import { personToActFor } from "#shared/people/acting.ts";
import { callersPersonId } from "#shared/people/store.ts";
import type { Part } from "#shared/platform/database.ts";
import { env } from "#shared/platform/env.ts";
import type { Call } from "#shared/platform/operation.ts";
import { send } from "#shared/platform/queue.ts";
import { recall, remember } from "#shared/platform/remember.ts";
import { documentParts } from "./approval/documents.ts";
import type { registrationRoutes } from "./contract.ts";
import { qualified } from "./desk/qualifying.ts";
import { type ReadAnswers, readAnswers } from "./eligibility/answerRules.ts";
import type { QueuedView, RegistrationView } from "./model.ts";
import { proxiedNotices, toldOfProxy } from "./notices.ts";
import { accept, recentZeros, refuseWhenFull } from "./queued.ts";
import { admitSignUp } from "./rules.ts";
import { answeredBefore, readSeats, refuseHeld, registrationIdOf, serveAtOnce } from "./signUp.ts";
import { fairnessOf, refuseBeyondLimits } from "./standing/guards.ts";
import { type PublishedEvent, publishedEventInRush } from "./store.ts";
import { refuseWithoutToken } from "./tickets.ts";

/** What keeps the answers, in the write of the place. Few sign-ups have any: the encryption is loaded for them alone. */
async function answeredParts(event: PublishedEvent, answers: readonly ReadAnswers[]): Promise<Part[]> {
  if (answers.length === 0) return [];
  const { answerParts } = await import("#shared/people/answers/sealing.ts");
  return answerParts(event, answers);
}

/**
 * One attempt to sign up for the event as it is read: served at once, or accepted to be served in turn.
 * `rules-changed` when the event was changed meanwhile.
 */
export async function attemptSignUp({
  caller,
  path,
  body,
  key,
  now,
}: Call<typeof registrationRoutes.signUp>): Promise<RegistrationView | QueuedView | "rules-changed"> {
  const [event, signedUpBy] = await Promise.all([
    publishedEventInRush(path.eventId),
    callersPersonId(caller.sub),
  ]);
  const participantIds = body.participantIds ?? [body.participantId ?? signedUpBy];
  // A party is served at once also in a rush: see TakeRequest.acceptedAt.
  const queued = event.mode === "queued" && participantIds.length === 1;
  const alone = participantIds.length === 1 && participantIds[0] === signedUpBy;
  // Before the holder, so that whoever has the last place is not told that it is full.
  const zeros = queued ? await recentZeros(event) : {};
  const seats = await readSeats(event, participantIds, queued ? undefined : body.groupId);
  const before = alone
    ? answeredBefore(seats.standing.get(seats.holders[0] ?? ""), key)
    : await recall<RegistrationView>(key);
  if (before) return before;
  await refuseWithoutToken(event, caller.sub, body, now);
  const people = await Promise.all(participantIds.map((id) => personToActFor(signedUpBy, id, now)));
  const { attempts } = refuseHeld(event, seats);
  const admitted = admitSignUp(event, people, body, { signedUpBy, attempts, now });
  const application = await qualified(event, people, admitted);
  const documents = await documentParts(event, body.documents, caller, now);
  const told = toldOfProxy(people, signedUpBy);
  if (queued) {
    refuseWhenFull(event, application, zeros);
    const fair = await fairnessOf(event, { now, named: true });
    if (fair) {
      const registrationId = registrationIdOf(event, seats.holders[0] ?? "");
      const [personId = ""] = participantIds;
      await refuseBeyondLimits(event, { personId, registrationId, signedUpAt: application.signedUpAt }, fair);
    }
    const { message, answer } = await accept(event, application, seats.holders, { key, alone, told });
    await send(env().QUEUE_SIGN_UPS, message);
    return answer;
  }
  const answered = await answeredParts(event, readAnswers(event, people, application.consents, body));
  const also = (view: RegistrationView): Part[] => [
    ...(alone ? [] : [remember(key, view)]),
    ...documents(view.registrationId),
    ...answered,
    ...proxiedNotices(event, application, seats.holders, told),
  ];
  const remembering = { ...(alone && { key }), also };
  return serveAtOnce(event, application, seats, remembering).catch(async (error: unknown) => {
    // The same request may have been served beside this one.
    const meanwhile = alone ? undefined : await recall<RegistrationView>(key);
    if (meanwhile) return meanwhile;
    throw error;
  });
}
