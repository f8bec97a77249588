import { Readable } from "node:stream";
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { isBusy } from "./busy.ts";
import { Unavailable } from "./database.ts";
import { type BucketName, bucketName } from "./env.ts";

let s3: S3Client | undefined;

/** The SDK's client, made for those who keep objects; the local service confines its functions by it. */
export function objectClient(): S3Client {
  s3 ??= new S3Client({
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 30_000 },
  });
  return s3;
}

async function ask<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    throw isBusy(error) ? new Unavailable("the object store did not answer", { cause: error }) : error;
  }
}

interface ObjectKey {
  bucket: BucketName;
  key: string;
}

/**
 * Puts an object where none stands: nothing is overwritten. `stood` also when an earlier sending of the same put it
 * there and its answer was lost; who must know reads what stands. Throws {@link Unavailable}: it may stand all the
 * same.
 */
export async function putObject({
  bucket,
  key,
  body,
  contentType,
}: ObjectKey & { body: string | Uint8Array; contentType: string }): Promise<"put" | "stood"> {
  const command = new PutObjectCommand({
    Bucket: bucketName(bucket),
    Key: key,
    Body: body,
    ContentType: contentType,
    IfNoneMatch: "*",
  });
  try {
    await ask(() => objectClient().send(command));
    return "put";
  } catch (error) {
    if ((error as Error).name === "PreconditionFailed") return "stood";
    throw error;
  }
}

/** An object's text; `undefined` where there is none. */
export async function getObject(bucket: BucketName, key: string): Promise<string | undefined> {
  const command = new GetObjectCommand({ Bucket: bucketName(bucket), Key: key });
  try {
    return await ask(async () => (await objectClient().send(command)).Body?.transformToString("utf-8"));
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

/** S3 takes no smaller part, but for the last. */
const PART_BYTES = 5 * 1024 * 1024;
/** Parts under way at once; they are all that is held in memory. */
const PARTS_AT_ONCE = 2;

/**
 * Puts an object of any length from what comes, part by part: whole when this resolves, and otherwise not at all.
 * What stood there is replaced. What `parts` throws is thrown.
 */
export async function uploadStream({
  bucket,
  key,
  contentType,
  parts,
}: ObjectKey & { contentType: string; parts: AsyncIterable<Uint8Array | string> }): Promise<void> {
  const upload = new Upload({
    client: objectClient(),
    params: {
      Bucket: bucketName(bucket),
      Key: key,
      Body: Readable.from(parts),
      ContentType: contentType,
    },
    partSize: PART_BYTES,
    queueSize: PARTS_AT_ONCE,
  });
  await ask(() => upload.done());
}

/** A file's name as HTTP writes it (RFC 6266): for every browser, and in full for those that know the long form. */
function attachment(filename: string): string {
  const plain = filename.replaceAll(/[^\w.-]/g, "_");
  const full = encodeURIComponent(filename).replaceAll(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${full}`;
}

/**
 * An address at which whoever has it can download an object for so many seconds, and no longer than the credentials
 * of the function last that signs it.
 */
export function downloadUrl({
  bucket,
  key,
  seconds,
  filename,
}: ObjectKey & { seconds: number; filename: string }): Promise<string> {
  const command = new GetObjectCommand({
    Bucket: bucketName(bucket),
    Key: key,
    ResponseContentDisposition: attachment(filename),
  });
  return getSignedUrl(objectClient(), command, { expiresIn: seconds });
}
