import { Readable } from "node:stream";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
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

export interface ObjectKey {
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

/** What a file must be like that somebody else may put. */
export interface Expected {
  contentType: string;
  sizeBytes: number;
  /** Of the content, base64. */
  sha256: string;
}

/**
 * An address to which whoever has it can put one file, for so many seconds from `at`, and the headers they must send.
 * Type, size, checksum and "where none stands" are headers under the signature: S3 refuses a request whose headers
 * differ, and a body that is not of the size or the checksum that they name. The SDK by itself would leave the type
 * unsigned and move the checksum into the address, where S3 does not hold the body to it.
 */
export async function uploadUrl({
  bucket,
  key,
  expected: { contentType, sizeBytes, sha256 },
  seconds,
  at,
}: ObjectKey & { expected: Expected; seconds: number; at: Date }): Promise<{
  url: string;
  headers: Record<string, string>;
}> {
  const command = new PutObjectCommand({
    Bucket: bucketName(bucket),
    Key: key,
    ContentType: contentType,
    ContentLength: sizeBytes,
    ChecksumSHA256: sha256,
    IfNoneMatch: "*",
  });
  const url = await getSignedUrl(objectClient(), command, {
    expiresIn: seconds,
    signingDate: at,
    signableHeaders: new Set(["content-type"]),
    unhoistableHeaders: new Set(["x-amz-checksum-sha256"]),
  });
  // The length is no header that a page may set: whatever sends a body of known length sends it.
  return {
    url,
    headers: { "content-type": contentType, "if-none-match": "*", "x-amz-checksum-sha256": sha256 },
  };
}

/** What S3 says of an object without handing it over. */
export interface ObjectFacts {
  etag: string;
  sizeBytes: number;
  contentType: string;
  /** Base64; absent where the object was put without it. */
  sha256?: string;
}

const gone = new Set(["NotFound", "NoSuchKey", "PreconditionFailed"]);

/** Asks, and answers nothing where there is no such object, or another than the one named by its ETag. */
async function askIfAny<T>(question: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask(question);
  } catch (error) {
    if (error instanceof Error && gone.has(error.name)) return undefined;
    throw error;
  }
}

export async function objectFacts({ bucket, key }: ObjectKey): Promise<ObjectFacts | undefined> {
  const command = new HeadObjectCommand({ Bucket: bucketName(bucket), Key: key, ChecksumMode: "ENABLED" });
  const head = await askIfAny(() => objectClient().send(command));
  return (
    head && {
      etag: head.ETag ?? "",
      sizeBytes: head.ContentLength ?? 0,
      contentType: head.ContentType ?? "",
      ...(head.ChecksumSHA256 !== undefined && { sha256: head.ChecksumSHA256 }),
    }
  );
}

/**
 * An object's bytes as they come; `undefined` where there is none, or none with that ETag.
 * @param range as HTTP writes it, `bytes=0-15`
 */
export async function readObject({
  bucket,
  key,
  etag,
  range,
}: ObjectKey & { etag?: string; range?: string }): Promise<AsyncIterable<Uint8Array> | undefined> {
  const command = new GetObjectCommand({
    Bucket: bucketName(bucket),
    Key: key,
    IfMatch: etag,
    Range: range,
  });
  const answer = await askIfAny(() => objectClient().send(command));
  return answer && arriving(answer.Body as AsyncIterable<Uint8Array>);
}

/** A body that breaks off on its way is told as the store being away. */
async function* arriving(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw isBusy(error) ? new Unavailable("the object store broke off", { cause: error }) : error;
  }
}

/** Copies an object within its bucket if it is the one with that ETag, and says whether it was; its tags stay behind. */
export async function copyObject({
  bucket,
  from,
  to,
  etag,
}: {
  bucket: BucketName;
  from: string;
  to: string;
  etag: string;
}): Promise<boolean> {
  const Bucket = bucketName(bucket);
  const command = new CopyObjectCommand({
    Bucket,
    Key: to,
    CopySource: `${Bucket}/${from}`,
    CopySourceIfMatch: etag,
    ChecksumAlgorithm: "SHA256",
    TaggingDirective: "REPLACE",
  });
  return (await askIfAny(() => objectClient().send(command))) !== undefined;
}

/** Deletes an object, or finds that there is none. */
export async function deleteObject({ bucket, key }: ObjectKey): Promise<void> {
  const command = new DeleteObjectCommand({ Bucket: bucketName(bucket), Key: key });
  await ask(() => objectClient().send(command));
}

/** An object's tags by name; `undefined` where there is no such object. */
export async function objectTags({
  bucket,
  key,
}: ObjectKey): Promise<Readonly<Record<string, string>> | undefined> {
  const command = new GetObjectTaggingCommand({ Bucket: bucketName(bucket), Key: key });
  const answer = await askIfAny(() => objectClient().send(command));
  return answer && Object.fromEntries((answer.TagSet ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
}
