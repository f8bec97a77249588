import { createHash } from "node:crypto";
import type * as z from "zod";
import { type Exported, exportLedger, hledgerText, jsonLines } from "#shared/ledger/export.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import type { Item, Part } from "#shared/platform/database.ts";
import { newId } from "#shared/platform/ids.ts";
import { downloadUrl, uploadStream } from "#shared/platform/objects.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import type { exportView } from "./schemas.ts";

type Format = "jsonl" | "hledger";

interface ExportRecord {
  exportId: string;
  format: Format;
  status: "queued" | "running" | "done";
  throughSegment?: number;
  entries?: number;
  bytes?: number;
  sha256?: string;
}

const { db } = ledger;
const LINK_SECONDS = 300;
const keyOf = (exportId: string) => ({ pk: `LEDGER-EXPORT#${exportId}`, sk: "EXPORT" });
const objectKey = ({ exportId, format }: Pick<ExportRecord, "exportId" | "format">): string =>
  `ledger/${exportId}.${format === "jsonl" ? "jsonl" : "journal"}`;

/** A new export, which its worker takes up. */
export function planExport(format: Format): { record: ExportRecord; parts: Part[] } {
  const record: ExportRecord = { exportId: newId("exp"), format, status: "queued" };
  const Item = { ...keyOf(record.exportId), ...record };
  return { record, parts: [{ table: "operations", write: { Put: { Item } } }] };
}

async function findExport(exportId: string): Promise<ExportRecord | undefined> {
  const item = await db.get({ table: "operations", key: keyOf(exportId), consistent: true });
  return item && (item as unknown as ExportRecord);
}

export async function readExport(exportId: string): Promise<z.input<typeof exportView>> {
  const record = await findExport(exportId);
  if (!record) throw new Refusal(problems.notFound);
  if (record.status !== "done") return record;
  const filename = `leyun-ledger-${record.throughSegment}.${record.format === "jsonl" ? "jsonl" : "journal"}`;
  const of = { bucket: "exports", key: objectKey(record), seconds: LINK_SECONDS, filename } as const;
  return { ...record, url: await downloadUrl(of) };
}

async function update(exportId: string, to: Item): Promise<void> {
  const names = Object.keys(to);
  await db.attempt([
    {
      table: "operations",
      write: {
        Update: {
          Key: keyOf(exportId),
          UpdateExpression: `SET ${names.map((_, at) => `#n${at} = :v${at}`).join(", ")}`,
          ConditionExpression: "attribute_exists(pk)",
          ExpressionAttributeNames: Object.fromEntries(names.map((name, at) => [`#n${at}`, name])),
          ExpressionAttributeValues: Object.fromEntries(names.map((name, at) => [`:v${at}`, to[name]])),
        },
      },
    },
  ]);
}

const PIECE = 256 * 1024;

/** Writes the file of an export; the same again when it was interrupted. */
export async function writeExport(exportId: string): Promise<number> {
  const record = await findExport(exportId);
  if (!record || record.status === "done") return 0;
  await update(exportId, { status: "running" });
  const hash = createHash("sha256");
  const count = { throughSegment: 0, entries: 0, bytes: 0 };
  async function* counted(exported: AsyncIterable<Exported>): AsyncGenerator<Exported> {
    for await (const one of exported) {
      if (one.type === "entry") count.entries += 1;
      if (one.type === "ledger") count.throughSegment = one.through.segment;
      yield one;
    }
  }
  async function* pieces(): AsyncGenerator<Uint8Array> {
    const text = record?.format === "jsonl" ? jsonLines : hledgerText;
    let piece = "";
    const take = (): Uint8Array => {
      const bytes = Buffer.from(piece);
      hash.update(bytes);
      count.bytes += bytes.length;
      piece = "";
      return bytes;
    };
    for await (const line of text(counted(exportLedger(db)))) {
      piece += line;
      if (piece.length >= PIECE) yield take();
    }
    yield take();
  }
  const contentType = record.format === "jsonl" ? "application/jsonl" : "text/plain; charset=utf-8";
  await uploadStream({ bucket: "exports", key: objectKey(record), contentType, parts: pieces() });
  await update(exportId, { status: "done", ...count, sha256: hash.digest("hex") });
  return count.entries;
}
