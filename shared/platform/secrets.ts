import { createHmac, hkdfSync } from "node:crypto";
import { DecryptCommand, EncryptCommand, GenerateDataKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import type { Item } from "./database.ts";
import { dynamo } from "./dynamo.ts";
import { env } from "./env.ts";

/**
 * The service's own secrets. Each is a random 256-bit value made on first use, wrapped by the KMS master key under
 * its purpose as encryption context (so that a role can be granted one purpose and not another), and kept for ever:
 * losing `identity` would let one document be registered twice.
 *
 * - `references`: pseudonyms of persons, accounts and requests; signs cursors.
 * - `codes`: signs the codes that tills scan.
 * - `draws`: from which the seeds of draws are derived.
 * - `webhooks`: from which the secrets of merchants' webhooks are derived.
 * - `identity`: the blind index over document numbers.
 * - `bans`: the ban list's own pseudonyms of documents, which outlive the erasure of a person.
 * - `persons-YYYY-MM`: key-encryption key of persons made in that month.
 *
 * One kind is given, not made:
 *
 * - `provider-<name>`, `messenger-<name>`: credentials with who brings money or messages, sealed under the master key itself ({@link sealed}).
 */
export type SecretPurpose =
  | "references"
  | "codes"
  | "draws"
  | "webhooks"
  | "identity"
  | "bans"
  | `persons-${string}`
  | `provider-${string}`
  | `messenger-${string}`;

/** The SDK's client, for the local service to confine its functions. */
export const kms = new KMSClient({ maxAttempts: 4 });

export type OpenedSecrets = Map<SecretPurpose, Promise<Uint8Array>>;

const ofThisEnvironment: OpenedSecrets = new Map();
let kept: () => OpenedSecrets | undefined = () => undefined;

/** Where secrets stay open: the local service keeps them by function, a deployment never calls this. */
export function keepSecrets(where: () => OpenedSecrets | undefined): void {
  kept = where;
}

const keyOf = (purpose: SecretPurpose) => ({ pk: `SECRET#${purpose}`, sk: "1" });

class Taken extends Error {
  readonly item: Item;
  constructor(item: Item) {
    super("made meanwhile by another");
    this.item = item;
  }
}

/** What KMS encrypts at once, in bytes. */
const SEALED_AT_MOST = 4_096;

/** Encrypts bytes that somebody gave under the master key; only {@link unsealed} of the same purpose opens them. */
export async function sealed(purpose: SecretPurpose, bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes.length > SEALED_AT_MOST) throw new RangeError(`KMS seals ${SEALED_AT_MOST} bytes at most`);
  const command = new EncryptCommand({
    KeyId: env().MASTER_KEY,
    Plaintext: bytes,
    EncryptionContext: { purpose },
  });
  return (await kms.send(command)).CiphertextBlob ?? Promise.reject(new Error("KMS answered without a text"));
}

/** What was sealed or wrapped for the purpose; KMS refuses it for any other. */
export async function unsealed(purpose: SecretPurpose, wrapped: Uint8Array): Promise<Uint8Array> {
  const command = new DecryptCommand({
    KeyId: env().MASTER_KEY,
    CiphertextBlob: wrapped,
    EncryptionContext: { purpose },
  });
  return (await kms.send(command)).Plaintext ?? Promise.reject(new Error("KMS answered without a key"));
}

async function open(purpose: SecretPurpose): Promise<Uint8Array> {
  const unwrap = (item: Item) => unsealed(purpose, item["wrapped"] as Uint8Array);
  const standing = await dynamo.get({ table: "operations", key: keyOf(purpose), consistent: true });
  if (standing) return unwrap(standing);
  const made = await kms.send(
    new GenerateDataKeyCommand({
      KeyId: env().MASTER_KEY,
      NumberOfBytes: 32,
      EncryptionContext: { purpose },
    }),
  );
  try {
    await dynamo.commit([
      {
        table: "operations",
        write: {
          Put: {
            Item: { ...keyOf(purpose), wrapped: made.CiphertextBlob },
            ConditionExpression: "attribute_not_exists(pk)",
          },
        },
        refused: (item) => new Taken(item ?? {}),
      },
    ]);
  } catch (error) {
    if (error instanceof Taken) return unwrap(error.item);
    throw error;
  }
  return made.Plaintext ?? Promise.reject(new Error("KMS answered without a key"));
}

/** What `opens` opens for the purpose, once per environment; a failure is tried again by the next who asks. */
export function openedOnce(purpose: SecretPurpose, opens: () => Promise<Uint8Array>): Promise<Uint8Array> {
  const opened = kept() ?? ofThisEnvironment;
  const known = opened.get(purpose);
  if (known) return known;
  const opening = opens();
  opened.set(purpose, opening);
  opening.catch(() => opened.delete(purpose));
  return opening;
}

/** The secret of a purpose; opened once per environment. */
export const secret = (purpose: SecretPurpose): Promise<Uint8Array> =>
  openedOnce(purpose, () => open(purpose));

/** What a pseudonym stands for; each use has a key of its own, derived by HKDF. */
export type ReferenceUse =
  | "account"
  | "actor"
  | "calendar"
  | "cursor"
  | "draw"
  | "holder"
  | "invitation"
  | "qualifier"
  | "queue-token"
  | "rate"
  | "request"
  | "staff"
  | "texted-number"
  | "ticket";

/** HMAC-SHA-256 over the fields, each preceded by its length so that no two lists collide. */
export function hmac(key: Uint8Array, fields: readonly string[]): Buffer {
  const mac = createHmac("sha256", key);
  for (const field of fields) mac.update(`${Buffer.byteLength(field)}:`).update(field);
  return mac.digest();
}

/** A pseudonym: stable for ever, and no way back without the service's secret. 32 bytes. */
export async function reference(use: ReferenceUse, ...fields: string[]): Promise<Buffer> {
  const key = hkdfSync("sha256", await secret("references"), "", `leyun ${use}`, 32);
  return hmac(new Uint8Array(key), fields);
}
