import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { DeleteObjectTaggingCommand, PutObjectTaggingCommand } from "@aws-sdk/client-s3";
import type { CallOutput, Client } from "#shared/client.ts";
import { bucketName } from "#shared/platform/env.ts";
import { objectClient } from "#shared/platform/objects.ts";
import { uploadRoutes } from "#shared/uploads/contract.ts";
import { spreadsheet } from "#shared/uploads/fileTypes.ts";
import { incoming } from "#shared/uploads/model.ts";
import { good } from "./service.ts";

type Begun = Extract<CallOutput<typeof uploadRoutes.createUpload>, { ok: true }>["body"];

/** The file by which scanners are tested, in two pieces so that no scanner takes this source for it. */
export const EICAR = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}", "$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].join("");

export const pdf = (content = "") => Buffer.from(`%PDF-1.7\n${content}\n%%EOF\n`);
export const png = () =>
  Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(32)]);

/** An archive of empty files with these names: local headers, the directory, and its end. */
export function zip(...names: string[]): Buffer {
  const signature = (of: number) => Buffer.from([0x50, 0x4b, of, of + 1]);
  const files = names.map((name) => {
    const header = Buffer.alloc(26);
    header.writeUInt16LE(Buffer.byteLength(name), 22);
    return Buffer.concat([signature(3), header, Buffer.from(name)]);
  });
  const entries = names.map((name) => {
    const header = Buffer.alloc(42);
    header.writeUInt16LE(Buffer.byteLength(name), 24);
    return Buffer.concat([signature(1), header, Buffer.from(name)]);
  });
  return Buffer.concat([...files, ...entries, signature(5), Buffer.alloc(18)]);
}
export const workbook = () => zip("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml");

export const sha256 = (content: Uint8Array, as: "base64" | "hex" = "base64"): string =>
  createHash("sha256").update(content).digest(as);

/** What is said of a file before it is put; a PDF as evidence unless other is said. */
export const announced = (content: Uint8Array, of: Record<string, unknown> = {}) => ({
  purpose: "evidence" as const,
  fileName: "收据.pdf",
  contentType: "application/pdf" as const,
  sizeBytes: content.byteLength,
  sha256: sha256(content),
  ...of,
});

export const csv = { contentType: "text/csv", fileName: "对账单.csv" } as const;
export const xlsx = { contentType: spreadsheet, fileName: "名单.xlsx" } as const;

export const begin = (call: Client, content: Uint8Array, of: Record<string, unknown> = {}) =>
  call(uploadRoutes.createUpload, { body: announced(content, of) });

/** Puts a file as the answer says, or otherwise. */
export const put = (
  { url, method, headers }: Begun,
  content: Uint8Array,
  other: Record<string, string> = {},
) => fetch(url, { method, headers: { ...headers, ...other }, body: new Uint8Array(content) });

export const complete = (call: Client, uploadId: string, idempotencyKey?: string) =>
  call(uploadRoutes.completeUpload, {
    path: { uploadId },
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });

export const look = (call: Client, uploadId: string, query: { link?: string } = {}) =>
  call(uploadRoutes.getUpload, { path: { uploadId }, query });

/** An upload whose file is there, not yet complete. */
export async function arrived(call: Client, content: Uint8Array, of: Record<string, unknown> = {}) {
  const begun = await good(begin(call, content, of));
  const { status } = await put(begun, content);
  if (status !== 200) throw new Error(`the file could not be put: ${status}`);
  return begun;
}

/** A file that was put and completed; `ready`, unless something is wrong with it. */
export async function uploaded(call: Client, content: Uint8Array = pdf(), of: Record<string, unknown> = {}) {
  const begun = await arrived(call, content, of);
  return { ...begun, ...(await good(complete(call, begun.uploadId))) };
}

const tagging = (uploadId: string) => ({ Bucket: bucketName("uploads"), Key: incoming(uploadId) });

/** The scanner has not looked at a file yet. */
export const unscanned = (uploadId: string) =>
  objectClient().send(new DeleteObjectTaggingCommand(tagging(uploadId)));

/** The scanner says something of a file, as GuardDuty does. */
export const scannedAs = (uploadId: string, status: string) =>
  objectClient().send(
    new PutObjectTaggingCommand({
      ...tagging(uploadId),
      Tagging: { TagSet: [{ Key: "GuardDutyMalwareScanStatus", Value: status }] },
    }),
  );

/** An upload that is complete and whose scan takes a while. */
export async function inScan(call: Client, content: Uint8Array = pdf(), of: Record<string, unknown> = {}) {
  const { uploadId } = await arrived(call, content, of);
  await unscanned(uploadId);
  return good(complete(call, uploadId));
}
