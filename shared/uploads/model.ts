import type { Expected } from "#shared/platform/objects.ts";
import type { Instant } from "#shared/platform/time.ts";
import type { Charset, ContentType } from "./fileTypes.ts";
import type { PurposeName } from "./purposes.ts";

/**
 * How far an upload is. `waiting` for its file, which is put past the service; `scanning` while malware is looked for;
 * then `ready` or `refused`, for good. One that waits beyond its time has `expired`, which the clock decides and nobody
 * writes. What is `gone` is nowhere shown: its file is being removed.
 */
export const states = ["waiting", "scanning", "ready", "refused", "expired"] as const;
export type State = (typeof states)[number];
type Stored = Exclude<State, "expired"> | "gone";

/** What was wrong with a file that was put: its size, checksum or declared type, or bytes that are not of the type. */
export const mismatches = ["size", "checksum", "type", "content"] as const;
/**
 * What was wrong with one that was complete: malware; malware that could not be looked for, in it or in time; or that
 * the file was no longer the one that was looked at.
 */
export const findings = ["infected", "unscannable", "unscanned", "changed"] as const;
export type Mismatch = (typeof mismatches)[number];
export type Finding = (typeof findings)[number];

/** A file that somebody gives, or is about to. */
export interface Upload extends Expected {
  uploadId: string;
  purpose: PurposeName;
  /** Pseudonym of the account that gives it. */
  owner: string;
  /** As its giver calls it, made harmless. It may name a person, so it is in no log. */
  fileName: string;
  contentType: ContentType;
  state: Stored;
  madeAt: Instant;
  /** Until when it waits for its file. */
  openUntil: Instant;
  /** The rules as they were when it was begun. */
  terms: { unusedHours: number; scanHours: number; retentionDays: number };
  /** Where the file is in the bucket. */
  object: string;
  /** The file that was looked at, as S3 names it: no other becomes ready. */
  etag?: string;
  /** How it is encoded, where it is text. */
  charset?: Charset;
  completedAt?: Instant;
  settledAt?: Instant;
  refusedFor?: Mismatch | Finding;
  /** What was decided or made by it; nothing else can be. */
  usedBy?: string;
  usedAt?: Instant;
  /** When it is removed. */
  purgeAt: Instant;
}

/** Anybody who was given an address can put there; what is here was checked, and no address leads here. */
export const incoming = (uploadId: string): string => `incoming/${uploadId}`;
export const kept = (uploadId: string): string => `kept/${uploadId}`;
