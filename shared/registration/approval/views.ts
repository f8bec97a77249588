import type * as z from "zod";
import { findPersons } from "#shared/people/store.ts";
import type { Caller } from "#shared/platform/caller.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { usedUpload } from "#shared/uploads/attaching.ts";
import { uploadLink } from "#shared/uploads/using.ts";
import type { SportEvent } from "../model.ts";
import { findRegistration, organisersEvent, type PublishedEvent, type Registration } from "../store.ts";
import { entrantView } from "../views.ts";
import type { application } from "./contract.ts";

/** A registration for an event of the organisation; any other does not exist for it. Refuses `not-found`. */
export async function entrantOf(
  eventId: string,
  registrationId: string,
  organiserId: string,
): Promise<{ event: PublishedEvent; registration: Registration }> {
  await organisersEvent(eventId, organiserId);
  const found = await findRegistration(registrationId);
  if (found?.event.eventId !== eventId) throw new Refusal(problems.notFound);
  return found;
}

export async function entrantViewOf(event: SportEvent, registration: Registration, now: Date) {
  const [person] = await findPersons([registration.claim.participantId]);
  return entrantView(event, registration, person, now);
}

/** Documents with where they can be downloaded; that somebody may is in the audit log before. */
async function documentsOf(
  event: SportEvent,
  { registrationId, claim, party }: Registration,
  caller: Caller,
  now: Date,
) {
  const titles = new Map((event.documents ?? []).map(({ documentId, title }) => [documentId, title]));
  // Those who applied together gave them once, with the first.
  const by = party?.[0] ?? registrationId;
  return Promise.all(
    (claim.documents ?? []).map(async ({ documentId, uploadId }) => {
      const known = { documentId, uploadId, title: titles.get(documentId) ?? documentId };
      try {
        return { ...known, url: (await uploadLink(await usedUpload(uploadId, by), caller, now)).url };
      } catch (error) {
        if (error instanceof Refusal) return known;
        throw error;
      }
    }),
  );
}

/** An application as its organiser sees it. */
export async function applicationView(
  event: SportEvent,
  registration: Registration,
  caller: Caller,
  now: Date,
): Promise<z.input<typeof application>> {
  const { decidedAt, rejection } = registration.claim;
  return {
    ...(await entrantViewOf(event, registration, now)),
    ...(decidedAt !== undefined && { decidedAt }),
    ...(rejection !== undefined && { rejection }),
    documents: await documentsOf(event, registration, caller, now),
  };
}
