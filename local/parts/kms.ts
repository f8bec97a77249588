import { createHmac, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { isDeepStrictEqual } from "node:util";
import { buildDecrypt } from "@aws-crypto/decrypt-node";
import { buildEncrypt } from "@aws-crypto/encrypt-node";
import { AlgorithmSuiteIdentifier, CommitmentPolicy } from "@aws-crypto/material-management-node";
import { RawAesKeyringNode, RawAesWrappingSuiteIdentifier } from "@aws-crypto/raw-aes-keyring-node";
import * as z from "zod";
import { localAccount } from "./dynamo.ts";

const { encrypt } = buildEncrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
const { decrypt } = buildDecrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);

const BODY_LIMIT = 64 * 1024;
const EncryptionContext = z.record(z.string(), z.string()).default({});
const GenerateDataKey = z
  .object({
    KeyId: z.string(),
    NumberOfBytes: z.int().min(1).max(1024).optional(),
    KeySpec: z.literal("AES_256").optional(),
    EncryptionContext,
  })
  .refine((asked) => (asked.NumberOfBytes === undefined) !== (asked.KeySpec === undefined), {
    error: "Specify exactly one of NumberOfBytes and KeySpec AES_256",
  });
const ENCRYPTED_AT_MOST = 4_096;
const Encrypt = z.object({
  KeyId: z.string(),
  Plaintext: z
    .base64()
    .transform((text) => Buffer.from(text, "base64"))
    .refine(({ length }) => length >= 1 && length <= ENCRYPTED_AT_MOST, {
      error: `KMS encrypts 1 to ${ENCRYPTED_AT_MOST} bytes`,
    }),
  EncryptionContext,
});
const Decrypt = z.object({ CiphertextBlob: z.base64(), KeyId: z.string().optional(), EncryptionContext });

/** A refusal under the name by which the SDK's client knows it. */
class KmsRefusal extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/**
 * The three operations of AWS KMS that the service uses, under a master key of this machine, so that the same client
 * code runs here and deployed. `masterKey` is 32 bytes.
 */
export async function startKms(by: {
  masterKey: Uint8Array;
}): Promise<{ endpoint: string; keyId: string; stop(): Promise<void> }> {
  if (by.masterKey.length !== 32) throw new Error("The master key is 32 bytes");
  const key = masterKey(by.masterKey);
  const server = createServer((request, response) => void answer(key, request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keyId: key.id,
    stop: async () => {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

type MasterKey = ReturnType<typeof masterKey>;

function masterKey(secret: Uint8Array) {
  // The id belongs to the key: what another key wrapped names an id that is not found here.
  const hex = createHmac("sha256", secret).update("key id").digest("hex");
  const id = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join("-");
  // A Buffer may share its memory with others; the keyring wants bytes of its own.
  const unencryptedMasterKey = new Uint8Array(32);
  unencryptedMasterKey.set(secret);
  const keyring = new RawAesKeyringNode({
    keyNamespace: "local-kms",
    keyName: id,
    unencryptedMasterKey,
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  });
  return { id, arn: `arn:aws-cn:kms:${localAccount.region}:000000000000:key/${id}`, keyring };
}

async function answer(key: MasterKey, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const send = (status: number, body: object) =>
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
  try {
    const body = await read(request);
    send(200, await operate(key, request.headers["x-amz-target"], body));
  } catch (error) {
    if (error instanceof KmsRefusal) send(400, { __type: error.type, message: error.message });
    else if (error instanceof z.ZodError)
      send(400, { __type: "ValidationException", message: z.prettifyError(error) });
    else send(500, { __type: "KMSInternalException", message: "The local KMS failed" });
  }
}

async function read(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new KmsRefusal("ValidationException", "The request is too large");
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new KmsRefusal("SerializationException", "The request is not JSON");
  }
}

async function operate(key: MasterKey, target: unknown, body: unknown): Promise<object> {
  switch (target) {
    case "TrentService.GenerateDataKey":
      return generateDataKey(key, GenerateDataKey.parse(body));
    case "TrentService.Encrypt":
      return encryptGiven(key, Encrypt.parse(body));
    case "TrentService.Decrypt":
      return unwrap(key, Decrypt.parse(body));
    default:
      throw new KmsRefusal("UnknownOperationException", `The local KMS does not do ${String(target)}`);
  }
}

const names = (key: MasterKey, keyId: string) => keyId === key.id || keyId === key.arn;

async function generateDataKey(key: MasterKey, asked: z.infer<typeof GenerateDataKey>): Promise<object> {
  if (!names(key, asked.KeyId)) throw new KmsRefusal("NotFoundException", "There is no such key");
  const plaintext = randomBytes(asked.NumberOfBytes ?? 32);
  const blob = await wrap(key, plaintext, asked.EncryptionContext);
  return { KeyId: key.arn, Plaintext: plaintext.toString("base64"), CiphertextBlob: blob.toString("base64") };
}

async function encryptGiven(key: MasterKey, asked: z.infer<typeof Encrypt>): Promise<object> {
  if (!names(key, asked.KeyId)) throw new KmsRefusal("NotFoundException", "There is no such key");
  const blob = await wrap(key, asked.Plaintext, asked.EncryptionContext);
  return {
    KeyId: key.arn,
    CiphertextBlob: blob.toString("base64"),
    EncryptionAlgorithm: "SYMMETRIC_DEFAULT",
  };
}

async function wrap(key: MasterKey, plaintext: Buffer, encryptionContext: Record<string, string>) {
  const suiteId = AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY;
  return (await encrypt(key.keyring, plaintext, { suiteId, encryptionContext })).result;
}

async function unwrap(key: MasterKey, asked: z.infer<typeof Decrypt>): Promise<object> {
  if (asked.KeyId !== undefined && !names(key, asked.KeyId))
    throw new KmsRefusal("IncorrectKeyException", "The blob was not wrapped by that key");
  const blob = Buffer.from(asked.CiphertextBlob, "base64");
  const opened = await decrypt(key.keyring, blob).catch(() => undefined);
  // The context in the header is authenticated; KMS asks that the caller names the very same.
  const bound =
    opened && isDeepStrictEqual({ ...opened.messageHeader.encryptionContext }, asked.EncryptionContext);
  // The SDK reads one message and passes over whatever follows it; the length of a message is always the same.
  if (!bound || (await wrap(key, opened.plaintext, asked.EncryptionContext)).length !== blob.length)
    throw new KmsRefusal("InvalidCiphertextException", "The blob or its encryption context was altered");
  const plaintext = opened.plaintext.toString("base64");
  return { KeyId: key.arn, Plaintext: plaintext, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" };
}
