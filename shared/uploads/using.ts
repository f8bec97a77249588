import { createHash } from "node:crypto";
import { noteSeen } from "#shared/audit/log.ts";
import type { Caller } from "#shared/platform/caller.ts";
import { downloadUrl, readObject } from "#shared/platform/objects.ts";
import { Refusal } from "#shared/platform/problem.ts";
import type { Instant } from "#shared/platform/time.ts";
import type { Upload } from "./model.ts";
import { uploadProblems } from "./problems.ts";
import { stateAt } from "./rules.ts";

const bucket = "uploads";
const LINK_SECONDS = 300;

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
