import { type Holder, readHolderId } from "#shared/allotment/model.ts";
import { Stale } from "#shared/allotment/store.ts";
import { actorOf } from "#shared/audit/actor.ts";
import { organisationOf } from "#shared/platform/caller.ts";
import { Contended } from "#shared/platform/database.ts";
import { newId } from "#shared/platform/ids.ts";
import type { Call } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { commitOnce, type RequestKey, recall } from "#shared/platform/remember.ts";
import type { RegistrationClaim, SportEvent } from "../model.ts";
import { organisersEvent, places } from "../store.ts";
import type { programmeRoutes } from "./contract.ts";
import type { CheckInView } from "./model.ts";
import { attended, refuseHeadCount, refuseOutsideDays } from "./rules.ts";
import { planHeadCount } from "./store.ts";

const ROUNDS = 20;

/** The holder of a place in this event; another event's registration does not exist here. */
async function holderIn({ allotment }: SportEvent, registrationId: string): Promise<Holder> {
  const named = readHolderId("reg", registrationId);
  const here = allotment !== undefined && named?.number === allotment.number;
  const holder = here ? await places.findHolder(allotment, named.holder) : undefined;
  if (!holder) throw new Refusal(problems.notFound);
  return holder;
}

/** Notes that who has the place came, once; what becomes of the place beside it is judged on how it then stands. */
async function attend(
  event: SportEvent,
  registrationId: string,
  key: RequestKey,
  now: Date,
): Promise<CheckInView> {
  const { allotment, eventId } = event;
  for (let round = 0; allotment && round < ROUNDS; round += 1) {
    const was = await holderIn(event, registrationId);
    const before = was.claim as unknown as RegistrationClaim;
    const claim = attended(before, now);
    const attendedAt = claim.attendedAt ?? now.toISOString();
    const effect: CheckInView = { eventId, registrationId, status: "attended", attendedAt };
    const next = { ...was, claim: { ...claim }, version: was.version + 1 };
    const parts = claim === before ? [] : [places.planHolder(allotment, was, next)];
    try {
      return await commitOnce(key, { parts, effect });
    } catch (error) {
      if (!(error instanceof Stale)) throw error;
    }
  }
  throw new Contended("the registration is being changed");
}

/**
 * Checks in, on the event's days: a registration, or people who came to a drop-in activity without one. Each is an item
 * of its own, so that other ways to say who came can stand beside them.
 */
export async function checkInAt({
  caller,
  path: { eventId },
  body,
  key,
  now,
}: Call<typeof programmeRoutes.checkIn>): Promise<CheckInView> {
  const remembered = await recall<CheckInView>(key);
  if (remembered) return remembered;
  const event = await organisersEvent(eventId, organisationOf(caller));
  refuseOutsideDays(event, now);
  if (body.registrationId !== undefined) return attend(event, body.registrationId, key, now);
  refuseHeadCount(event, body);
  const { count = 0, keyGroups = {} } = body;
  const counted = { eventId, checkInId: newId("chk"), count, keyGroups, at: now.toISOString() };
  const part = planHeadCount({ ...counted, by: await actorOf(caller) });
  return commitOnce<CheckInView>(key, { parts: [part], effect: counted });
}
