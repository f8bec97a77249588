import type { ObjectFacts } from "#shared/platform/objects.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import type { Role } from "#shared/platform/route.ts";
import type { Instant } from "#shared/platform/time.ts";
import { type ContentType, typeOf } from "./fileTypes.ts";
import { incoming, type Mismatch, type State, type Upload } from "./model.ts";
import { uploadProblems } from "./problems.ts";
import { type PurposeName, purposeNamed } from "./purposes.ts";

const HOUR_MS = 3_600_000;
const after = (instant: Date | Instant, hours: number): Instant =>
  new Date(new Date(instant).getTime() + hours * HOUR_MS).toISOString();

/** A SHA-256 as S3 writes it, base64. @param text hex, as `sha256sum` prints it, or base64 */
export const sha256Of = (text: string): string =>
  Buffer.from(text, text.length === 64 ? "hex" : "base64").toString("base64");

const NAME_MAX = 200;

/**
 * A file's name that is safe to show and to save under: without a path, without characters that control, turn or hide
 * writing or that a file system refuses, at most 200 characters, and with an ending of its type, so that nothing is
 * saved as a program that was checked as a picture.
 */
export function fileNameOf(text: string, contentType: ContentType): string {
  const { extensions } = typeOf(contentType);
  const bare = (text.normalize("NFC").split(/[/\\]/).at(-1) ?? "")
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, "")
    .replaceAll(/[<>:"|?*]/g, "_")
    .replace(/^[\s.]+|[\s.]+$/gu, "");
  const ending = extensions.find((one) => bare.toLowerCase().endsWith(`.${one}`));
  const stem = ending === undefined ? bare : bare.slice(0, -(ending.length + 1));
  const suffix = `.${ending ?? extensions[0]}`;
  const cut = [...stem].slice(0, NAME_MAX - suffix.length).join("");
  return `${cut.trimEnd() || "file"}${suffix}`;
}

interface Asked {
  purpose: PurposeName;
  fileName: string;
  contentType: ContentType;
  sizeBytes: number;
  sha256: string;
}

/** The rules of the day. */
interface Rules {
  maxBytes: number;
  retentionDays: number;
  linkMinutes: number;
  unusedHours: number;
  scanHours: number;
}

/** An upload as it begins. Refuses who may not give such a file, and files that are not taken for the purpose. */
export function begun(
  asked: Asked,
  { maxBytes, linkMinutes, ...terms }: Rules,
  by: { uploadId: string; owner: string; roles: readonly Role[]; now: Date },
): Upload {
  const { contentTypes, givenBy } = purposeNamed(asked.purpose);
  if (!givenBy.some((role) => by.roles.includes(role))) throw new Refusal(problems.forbidden);
  if (!contentTypes.includes(asked.contentType))
    throw new Refusal(uploadProblems.typeNotAllowed, { facts: { allowed: contentTypes.join(", ") } });
  if (asked.sizeBytes > maxBytes) throw new Refusal(uploadProblems.tooLarge, { facts: { maxBytes } });
  return {
    uploadId: by.uploadId,
    purpose: asked.purpose,
    owner: by.owner,
    fileName: fileNameOf(asked.fileName, asked.contentType),
    contentType: asked.contentType,
    sizeBytes: asked.sizeBytes,
    sha256: sha256Of(asked.sha256),
    state: "waiting",
    madeAt: by.now.toISOString(),
    openUntil: after(by.now, linkMinutes / 60),
    terms,
    object: incoming(by.uploadId),
    purgeAt: after(by.now, terms.unusedHours),
  };
}

/** How far an upload is at an instant; `undefined` when it is being removed. */
export const stateAt = ({ state, openUntil }: Upload, now: Date): State | undefined =>
  state === "gone" ? undefined : state === "waiting" && openUntil <= now.toISOString() ? "expired" : state;

/** In what the file that was put differs from the one that was announced. */
export function differsIn(upload: Upload, facts: ObjectFacts): Mismatch | undefined {
  if (facts.sizeBytes !== upload.sizeBytes) return "size";
  if (facts.sha256 !== upload.sha256) return "checksum";
  if (facts.contentType !== upload.contentType) return "type";
  return undefined;
}

/** When an upload that nothing uses is removed, from when it was settled. */
export const unusedUntil = ({ terms }: Upload, now: Date): Instant => after(now, terms.unusedHours);

/** When an upload that something uses is removed, from when it was used. */
export const retainedUntil = ({ terms }: Upload, now: Date): Instant => after(now, terms.retentionDays * 24);

/** Whether malware was looked for in vain for so long that it is refused. */
export const unscannedTooLong = ({ completedAt, madeAt, terms }: Upload, now: Date): boolean =>
  after(completedAt ?? madeAt, terms.scanHours) <= now.toISOString();
