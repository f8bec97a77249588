import { log } from "#shared/platform/logger.ts";
import { copyObject, deleteObject } from "#shared/platform/objects.ts";
import { type Finding, incoming, kept, type Upload } from "./model.ts";
import { unscannedTooLong, unusedUntil } from "./rules.ts";
import { scan } from "./scan.ts";
import { findUpload, listScanning, move } from "./store.ts";

const bucket = "uploads";

/** Refuses a file that was complete, and deletes it; what is left undone the purge does. */
async function refuse(upload: Upload, refusedFor: Finding, now: Date, threat?: string): Promise<void> {
  const settled = { settledAt: now.toISOString(), purgeAt: unusedUntil(upload, now) };
  if (!(await move(upload, { state: "refused", refusedFor, ...settled }))) return;
  log("upload-refused", { uploadId: upload.uploadId, purpose: upload.purpose, reason: refusedFor, threat });
  await deleteObject({ bucket, key: upload.object });
}

/**
 * Makes a file ready that was found clean, out of reach of the address to which it was put: the very object that was
 * looked at is copied, by its ETag, before anybody may use it. The address by itself takes no second file while one
 * stands there (`If-None-Match: *`); once that one is deleted it would again, until its ten minutes are over, and what
 * is put then is nobody's.
 */
async function accept(upload: Upload, now: Date): Promise<void> {
  const { uploadId, etag = "" } = upload;
  const object = kept(uploadId);
  if (!(await copyObject({ bucket, from: upload.object, to: object, etag })))
    return refuse(upload, "changed", now);
  const settled = { settledAt: now.toISOString(), purgeAt: unusedUntil(upload, now) };
  if (await move(upload, { state: "ready", object, ...settled }))
    await deleteObject({ bucket, key: incoming(uploadId) });
}

/**
 * Asks what the scanner found, and takes the upload to its end if it is known. Any number of runs may do so at once:
 * one of them moves it. Answers the upload as it then stands. Throws `Unavailable`.
 */
export async function settle(upload: Upload, now: Date): Promise<Upload> {
  if (unscannedTooLong(upload, now)) await refuse(upload, "unscanned", now);
  else {
    const found = await scan({ bucket, key: upload.object });
    if (found.verdict === "pending") return upload;
    if (found.verdict === "clean") await accept(upload, now);
    else if (found.verdict === "infected") await refuse(upload, "infected", now, found.name);
    else await refuse(upload, "unscannable", now);
  }
  return (await findUpload(upload.uploadId)) ?? upload;
}

/** After so long a scanner that has said nothing is out of order. */
const TELL_AFTER_MS = 30 * 60_000;

/** Settles whatever waits for its scan. One that fails does not hold up the others. */
export async function settleScanned(now: Date): Promise<{ settled: number; failures: unknown[] }> {
  let settled = 0;
  let overdue = 0;
  const failures: unknown[] = [];
  for await (const upload of listScanning()) {
    try {
      if ((await settle(upload, now)).state !== "scanning") settled += 1;
      else if (now.getTime() - Date.parse(upload.completedAt ?? "") > TELL_AFTER_MS) overdue += 1;
    } catch (error) {
      failures.push(error);
    }
  }
  if (overdue > 0) {
    log("uploads-unscanned", { uploads: overdue });
    failures.push(new Error("the scanner has not looked at uploads"));
  }
  return { settled, failures };
}
