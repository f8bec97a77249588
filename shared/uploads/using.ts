import { createHash } from "node:crypto";
import { noteSeen } from "#shared/audit/log.ts";
import type { Caller } from "#shared/platform/caller.ts";
import type { Part } from "#shared/platform/database.ts";
import { downloadUrl, readObject } from "#shared/platform/objects.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import type { Instant } from "#shared/platform/time.ts";
import { ownUpload } from "./completing.ts";
import type { Upload } from "./model.ts";
import { uploadProblems } from "./problems.ts";
import type { PurposeName } from "./purposes.ts";
import { retainedUntil, stateAt } from "./rules.ts";
import { findUpload, planUse } from "./store.ts";

const bucket = "uploads";
const LINK_SECONDS = 300;

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

/**
 * A file's content as it comes. It throws at the end when what came is not what was checked, so nothing made of it may
 * stand before that.
 */
export async function* readUpload({ uploadId, object, sha256 }: Upload): AsyncGenerator<Uint8Array> {
  const content = await readObject({ bucket, key: object });
  if (!content) throw new Error(`the file of ${uploadId} is not there`);
  const hash = createHash("sha256");
  for await (const piece of content) {
    hash.update(piece);
    yield piece;
  }
  if (hash.digest("base64") !== sha256)
    throw new Error(`the file of ${uploadId} is not the one that was checked`);
}

/** The whole of a file that is text, without a byte order mark. */
export async function uploadText(upload: Upload): Promise<string> {
  const decoder = new TextDecoder(upload.charset, { fatal: true });
  let text = "";
  for await (const piece of readUpload(upload)) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
}

/**
 * Where a file can be downloaded for five minutes, by whoever has the address. That it was given is in the audit log
 * before; whether the caller may see the file is the caller's context to decide. Refuses `upload-not-ready`.
 */
export async function uploadLink(
  upload: Upload,
  caller: Caller,
  now: Date,
): Promise<{ url: string; expiresAt: Instant }> {
  const state = stateAt(upload, now);
  if (state !== "ready") throw new Refusal(uploadProblems.notReady, { facts: { state: state ?? "" } });
  const { uploadId, purpose, object, fileName } = upload;
  await noteSeen(caller, { action: "downloadUpload", subject: uploadId, facts: { purpose } }, now);
  const url = await downloadUrl({ bucket, key: object, seconds: LINK_SECONDS, filename: fileName });
  return { url, expiresAt: new Date(now.getTime() + LINK_SECONDS * 1_000).toISOString() };
}
