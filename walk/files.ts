import { createHash, randomUUID } from "node:crypto";
import type { Client } from "#shared/client.ts";
import { uploadRoutes } from "#shared/uploads/contract.ts";
import { eventually, granted, type Walk } from "./walk.ts";

/** Uploads a small document of its own, as a step; answers its id when it is ready. */
export async function uploaded(walk: Walk, call: Client): Promise<string> {
  const content = Buffer.from(`%PDF-1.7\n${randomUUID()}\n%%EOF\n`);
  const body = {
    purpose: "registration-document" as const,
    fileName: "参赛资格证书.pdf",
    contentType: "application/pdf" as const,
    sizeBytes: content.byteLength,
    sha256: createHash("sha256").update(content).digest("hex"),
  };
  const { uploadId, url, method, headers } = await walk.granted(
    ["上传材料", "begin to upload the document"],
    call,
    uploadRoutes.createUpload,
    { body },
    { uploadId: /^upl_/, method: "PUT" },
  );
  const put = await fetch(url, { method, headers, body: new Uint8Array(content) });
  walk.see(["文件已存入", "the file is put"], { status: put.status }, { status: 200 });
  await granted(call(uploadRoutes.completeUpload, { path: { uploadId } }));
  const { state } = await eventually(
    () => granted(call(uploadRoutes.getUpload, { path: { uploadId }, query: {} })),
    (seen) => seen.state === "ready",
  );
  walk.see(["查毒通过，可以使用", "scanned and ready"], { state }, { state: "ready" });
  return uploadId;
}
