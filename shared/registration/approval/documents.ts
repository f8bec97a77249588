import { actorOf } from "#shared/audit/actor.ts";
import type { Caller } from "#shared/platform/caller.ts";
import type { Part } from "#shared/platform/database.ts";
import { attachUpload, uploadedFile } from "#shared/uploads/attaching.ts";
import type { SportEvent } from "../model.ts";
import { refuseWrongDocuments } from "./rules.ts";

type Given = readonly { documentId: string; uploadId: string }[];

/**
 * The parts that give an application its documents, in the write of it. Refuses `documents-wrong`, and what
 * `uploadedFile` refuses.
 */
export async function documentParts(
  event: SportEvent,
  given: Given,
  caller: Pick<Caller, "sub">,
  now: Date,
): Promise<(registrationId: string) => Part[]> {
  refuseWrongDocuments(event, given);
  if (given.length === 0) return () => [];
  const by = await actorOf(caller);
  const files = await Promise.all(
    given.map(({ uploadId }) => uploadedFile(uploadId, { purpose: "registration-document", by, now })),
  );
  return (registrationId) => files.map((file) => attachUpload(file, registrationId, now));
}
