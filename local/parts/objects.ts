import { createHash } from "node:crypto";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import type { buildApp } from "fauxqs";
import { localAccount } from "./dynamo.ts";

export type FauxAws = ReturnType<typeof buildApp>;

interface ObjectRequest {
  method: string;
  headers: NodeJS.Dict<string | string[]>;
  params: unknown;
  query: unknown;
  body?: unknown;
}

/** An error as S3 writes it. */
const errorXml = (code: string, says: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${says}</Message></Error>`;

/** The object that a request is about, by bucket and key. */
export function objectOf({ params }: Pick<ObjectRequest, "params">): string | undefined {
  const { bucket, "*": key } = (params ?? {}) as { bucket?: string; "*"?: string };
  return bucket === undefined || !key ? undefined : `${bucket}/${key}`;
}

/** The object that a request writes or deletes. */
export function changed(request: ObjectRequest): { name: string; stands: boolean } | undefined {
  const { method, query } = request;
  const { uploadId, partNumber, tagging } = query as Record<string, string | undefined>;
  const name = objectOf(request);
  if (name === undefined || tagging !== undefined) return undefined;
  if (method === "PUT" && partNumber === undefined) return { name, stands: true };
  if (method === "POST" && uploadId !== undefined) return { name, stands: true };
  if (method === "DELETE" && uploadId === undefined) return { name, stands: false };
  return undefined;
}

const sha256 = (body: Buffer): string => createHash("sha256").update(body).digest("base64");

/** Whether the body is not what the request says of it. The SDK's own bodies come in chunks with trailers. */
function isAltered({ headers, body }: ObjectRequest): boolean {
  const said = headers["x-amz-checksum-sha256"];
  const chunked = String(headers["content-encoding"] ?? "").includes("aws-chunked");
  return said !== undefined && !chunked && Buffer.isBuffer(body) && sha256(body) !== said;
}

/** As large as the largest file that a deployment may allow (shared/policies/definitions/uploads.ts). */
const BODY_BYTES = 100 * 1024 * 1024;

/**
 * Of S3 what fauxqs does not do and the service relies on: `If-None-Match: *` and the checksum of a write, a copy of
 * exactly one object, and the file's name that a link asks for. Signatures, locks and versions it does not have: here
 * whoever has the address can put anything of any size, and whoever has the permission can delete anything.
 */
export function keepObjectRules(app: FauxAws): void {
  const standing = new Set<string>();
  const etags = new Map<string, unknown>();
  const begun = new WeakSet<object>();
  app.removeContentTypeParser("*");
  app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: BODY_BYTES }, (_, body, done) =>
    done(null, body),
  );
  app.addHook("preHandler", (request, reply, done) => {
    const refuse = (status: number, code: string, says: string) =>
      void reply.status(status).header("content-type", "application/xml").send(errorXml(code, says));
    const change = changed(request);
    const { "x-amz-copy-source": source, "x-amz-copy-source-if-match": ifMatch } = request.headers;
    if (ifMatch !== undefined && etags.has(String(source)) && etags.get(String(source)) !== ifMatch)
      return refuse(412, "PreconditionFailed", "The source is another object");
    if (change?.stands && isAltered(request))
      return refuse(400, "BadDigest", "The SHA256 you specified did not match the calculated checksum");
    if (change?.stands && request.headers["if-none-match"] === "*") {
      // At once, and not when it is written: of two who come together the second must find the first.
      if (standing.has(change.name))
        return refuse(412, "PreconditionFailed", "At least one of the pre-conditions did not hold");
      standing.add(change.name);
      begun.add(request);
    }
    const { "response-content-disposition": disposition } = request.query as Record<string, string>;
    if (disposition !== undefined) reply.header("content-disposition", disposition);
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    const change = changed(request);
    const done2xx = reply.statusCode < 300;
    if (change && done2xx && change.stands) standing.add(change.name);
    if (change && done2xx && change.stands) etags.set(change.name, reply.getHeader("etag"));
    if (change && ((done2xx && !change.stands) || (!done2xx && begun.has(request))))
      standing.delete(change.name);
    done();
  });
}

/** Pages of this machine may put files from a browser, as the deployment's bucket lets those that it names. */
export function letPagesPut(app: FauxAws): void {
  app.addHook("onRequest", (request, reply, done) => {
    const { origin = "" } = request.headers;
    if (!/^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/.test(origin)) return done();
    reply.header("access-control-allow-origin", origin);
    if (request.method !== "OPTIONS") return done();
    reply
      .status(204)
      .header("access-control-allow-methods", "PUT, GET")
      .header("access-control-allow-headers", "content-type, if-none-match, x-amz-checksum-sha256")
      .send();
  });
}

/** Makes the buckets of infra/buckets.ts. What is put into them never outlives the process. */
export async function createBuckets(endpoint: string, names: readonly string[]): Promise<void> {
  const client = new S3Client({ ...localAccount, endpoint });
  try {
    await Promise.all(names.map((Bucket) => client.send(new CreateBucketCommand({ Bucket }))));
  } finally {
    client.destroy();
  }
}
