import { personToActFor } from "#shared/people/acting.ts";
import { callersPersonId } from "#shared/people/store.ts";
import { Contended } from "#shared/platform/database.ts";
import { type Call, operation } from "#shared/platform/operation.ts";
import { recall, remember } from "#shared/platform/remember.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import type { RegistrationView } from "#shared/registration/model.ts";
import { decideSignUp } from "#shared/registration/rules.ts";
import { answeredBefore, seatOf, takePlace } from "#shared/registration/signUp.ts";
import { publishedEvent, viewOf } from "#shared/registration/store.ts";

/** One attempt on the event as it is read; `rules-changed` when it was changed meanwhile. */
async function attempt({ caller, path, body, key, now }: Call<typeof registrationRoutes.signUp>) {
  const [event, signedUpBy] = await Promise.all([publishedEvent(path.eventId), callersPersonId(caller.sub)]);
  const participantId = body.participantId ?? signedUpBy;
  const self = participantId === signedUpBy;
  const seat = await seatOf(event.allotment, participantId, body.groupId);
  const before = self ? answeredBefore(seat.standing.holder, key) : await recall<RegistrationView>(key);
  if (before) return before;
  const participant = await personToActFor(signedUpBy, participantId, now);
  const attempts = seat.standing.holder?.attempt ?? 0;
  const claim = decideSignUp(event, participant, body, { signedUpBy, attempts, now });
  const answer = viewOf({ registrationId: seat.registrationId, claim });
  const remembering = self ? { key, also: [] } : { key: undefined, also: [remember(key, answer)] };
  return takePlace(seat, event, claim, remembering);
}

/** Signs the caller, their child or an elder who asked up for a group of an event. */
export const signUp = operation(registrationRoutes.signUp)(async (call) => {
  for (let round = 0; round < 5; round += 1) {
    const answer = await attempt(call);
    if (answer !== "rules-changed") return { status: 201, body: answer };
  }
  throw new Contended("the event is being changed");
});
