import type { Part } from "#shared/platform/database.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import type { Upload } from "./model.ts";
import { uploadProblems } from "./problems.ts";
import type { PurposeName } from "./purposes.ts";
import { retainedUntil, stateAt } from "./rules.ts";
import { findUpload, planUse } from "./store.ts";

/** An upload of one's own; another's is as one that does not exist. */
export async function ownUpload(uploadId: string, owner: string): Promise<Upload> {
  const upload = await findUpload(uploadId);
  if (upload?.owner !== owner || upload.state === "gone") throw new Refusal(problems.notFound);
  return upload;
}

/**
 * A file that somebody names in a request, ready to be used.
 * @param by pseudonym of who asks (`actorOf`)
 * Refuses `not-found` (also another's), `upload-wrong-purpose`, `upload-not-ready` and `upload-used`.
 */
export async function uploadedFile(
  uploadId: string,
  { purpose, by, now }: { purpose: PurposeName; by: string; now: Date },
): Promise<Upload> {
  const upload = await ownUpload(uploadId, by);
  if (upload.purpose !== purpose) throw new Refusal(uploadProblems.wrongPurpose);
  const state = stateAt(upload, now);
  if (state !== "ready") throw new Refusal(uploadProblems.notReady, { facts: { state: state ?? "" } });
  if (upload.usedBy !== undefined) throw new Refusal(uploadProblems.used);
  return upload;
}

/**
 * The part that marks a file as used by what a request makes or decides, in the write of it. From then on it is kept
 * for as long as its purpose says, and nothing else can use it: `upload-used`, also of two at once.
 * @param to id of the object that uses it
 */
export const attachUpload = (upload: Upload, to: string, now: Date): Part =>
  planUse(upload, { usedBy: to, usedAt: now.toISOString(), purgeAt: retainedUntil(upload, now) });

/** The file that an object uses, for its own later work; refuses `not-found` when it is not used by it, or removed. */
export async function usedUpload(uploadId: string, by: string): Promise<Upload> {
  const upload = await findUpload(uploadId);
  if (upload?.usedBy !== by || upload.state !== "ready") throw new Refusal(problems.notFound);
  return upload;
}
