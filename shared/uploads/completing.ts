import { actorOf } from "#shared/audit/actor.ts";
import type { Caller } from "#shared/platform/caller.ts";
import { Unavailable } from "#shared/platform/database.ts";
import { deleteObject, type ObjectFacts, objectFacts, readObject } from "#shared/platform/objects.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { commitOnce, type RequestKey, recall } from "#shared/platform/remember.ts";
import { ownUpload } from "./attaching.ts";
import { type Charset, DIRECTORY_BYTES, looksLike, TextCheck, typeOf } from "./fileTypes.ts";
import { type Mismatch, mismatches, type Upload } from "./model.ts";
import { uploadProblems } from "./problems.ts";
import { differsIn, stateAt, unusedUntil } from "./rules.ts";
import { settle } from "./settling.ts";
import { findUpload, Moved, move, planMove } from "./store.ts";

const bucket = "uploads";

/** Bytes of the object that was looked at; none when it is another by now, which then is of no type. */
async function bytesOf(key: string, etag: string, range: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of (await readObject({ bucket, key, etag, range })) ?? []) pieces.push(piece);
  return Buffer.concat(pieces);
}

type Content = { ok: true; charset?: Charset } | { ok: false };

/** Whether the bytes are of the type that was announced: those at the beginning and the end, and all of a text. */
async function contentOf(upload: Upload, { etag }: ObjectFacts): Promise<Content> {
  const { object, contentType, sizeBytes } = upload;
  if (!typeOf(contentType).text) {
    const beginning = await bytesOf(object, etag, "bytes=0-15");
    const end = await bytesOf(object, etag, `bytes=${Math.max(0, sizeBytes - DIRECTORY_BYTES)}-`);
    return { ok: looksLike(contentType, { beginning, end }) };
  }
  const text = new TextCheck();
  const all = await readObject({ bucket, key: object, etag });
  if (!all) return { ok: false };
  for await (const piece of all) text.take(piece);
  const charset = text.end();
  return charset === undefined ? { ok: false } : { ok: true, charset };
}

const mismatch = (differs: string) => new Refusal(uploadProblems.mismatch, { facts: { differsIn: differs } });

/** Ends an upload whose file is not the one that was announced, and deletes that file. */
async function refuse(upload: Upload, refusedFor: Mismatch, now: Date): Promise<never> {
  const settled = { settledAt: now.toISOString(), purgeAt: unusedUntil(upload, now) };
  // Of a file that another request has completed meanwhile nothing may be left here to look at.
  if (!(await move(upload, { state: "refused", refusedFor, ...settled }))) throw new Moved(upload.uploadId);
  await deleteObject({ bucket, key: upload.object });
  throw mismatch(refusedFor);
}

/** Of a file that is not there: it has not come yet, or another request has completed it meanwhile. */
async function missing({ uploadId }: Upload): Promise<Error> {
  const waits = (await findUpload(uploadId))?.state === "waiting";
  return waits ? new Refusal(uploadProblems.missing) : new Moved(uploadId);
}

/** What was said of an upload that was completed before is said again. */
function standing(upload: Upload): Upload {
  const { refusedFor } = upload;
  if (mismatches.some((one) => one === refusedFor)) throw mismatch(String(refusedFor));
  return upload;
}

/** What is written of a file that is there and is the one that was announced: that it waits for its scan. */
async function checked(upload: Upload, now: Date): Promise<Partial<Upload>> {
  const facts = await objectFacts({ bucket, key: upload.object });
  if (!facts) throw await missing(upload);
  const differs = differsIn(upload, facts);
  if (differs) return refuse(upload, differs, now);
  const { ok, ...encoded } = await contentOf(upload, facts);
  if (!ok) return refuse(upload, "content", now);
  return { state: "scanning", etag: facts.etag, completedAt: now.toISOString(), ...encoded };
}

/** An answer is already good when the scanner has not said anything, or could not be asked: the sweep asks again. */
const settled = (upload: Upload, now: Date): Promise<Upload> =>
  settle(upload, now).catch((error: unknown) => {
    if (error instanceof Unavailable) return upload;
    throw error;
  });

/**
 * Completes an upload: from here on its file is what was checked, or refused. A repetition answers how it stands.
 * Refuses `upload-missing`, `upload-mismatch`, `upload-expired`.
 */
export async function complete(
  uploadId: string,
  { caller, now, key }: { caller: Caller; now: Date; key: RequestKey },
): Promise<Upload> {
  const owner = await actorOf(caller);
  if (await recall(key)) return ownUpload(uploadId, owner);
  const upload = await ownUpload(uploadId, owner);
  if (upload.state !== "waiting") return standing(upload);
  if (stateAt(upload, now) === "expired") throw new Refusal(uploadProblems.expired);
  try {
    const change = await checked(upload, now);
    await commitOnce(key, { parts: [planMove(upload, change)], effect: { uploadId } });
    return await settled({ ...upload, ...change }, now);
  } catch (error) {
    if (!(error instanceof Moved)) throw error;
    return standing(await ownUpload(uploadId, owner));
  }
}
