import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import type { buildApp } from "fauxqs";
import { localAccount } from "./dynamo.ts";

type FauxAws = ReturnType<typeof buildApp>;

interface ObjectRequest {
  method: string;
  headers: NodeJS.Dict<string | string[]>;
  params: unknown;
  query: unknown;
}

const preconditionFailed = `<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>PreconditionFailed</Code><Message>At least one of the pre-conditions did not hold</Message></Error>`;

/** The object that a request writes or deletes, by bucket and key. */
function changed({ method, params, query }: ObjectRequest): { name: string; stands: boolean } | undefined {
  const { bucket, "*": key } = (params ?? {}) as { bucket?: string; "*"?: string };
  const { uploadId, partNumber } = query as { uploadId?: string; partNumber?: string };
  if (bucket === undefined || !key) return undefined;
  const name = `${bucket}/${key}`;
  if (method === "PUT" && partNumber === undefined) return { name, stands: true };
  if (method === "POST" && uploadId !== undefined) return { name, stands: true };
  if (method === "DELETE" && uploadId === undefined) return { name, stands: false };
  return undefined;
}

/**
 * Of S3 what fauxqs does not do and the service relies on: `If-None-Match: *` on a write, and the file's name that a
 * link asks for. Locks and versions it does not have: here whoever has the permission can delete anything.
 */
export function keepObjectRules(app: FauxAws): void {
  const standing = new Set<string>();
  const begun = new WeakSet<object>();
  app.addHook("preHandler", (request, reply, done) => {
    const change = changed(request);
    if (change?.stands && request.headers["if-none-match"] === "*") {
      // At once, and not when it is written: of two who come together the second must find the first.
      if (standing.has(change.name)) {
        reply.status(412).header("content-type", "application/xml").send(preconditionFailed);
        return;
      }
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
    if (change && ((done2xx && !change.stands) || (!done2xx && begun.has(request))))
      standing.delete(change.name);
    done();
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
