import { createHmac, hkdfSync } from "node:crypto";
import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from "@aws-sdk/client-kms";
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
 * - `webhooks`: from which the secrets of merchants' webhooks are derived.
 * - `identity`: the blind index over document numbers.
 * - `persons-YYYY-MM`: key-encryption key of persons made in that month.
 */
export type SecretPurpose = "references" | "codes" | "webhooks" | "identity" | `persons-${string}`;

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

async function open(purpose: SecretPurpose): Promise<Uint8Array> {
  const EncryptionContext = { purpose };
  const unwrap = async (item: Item) => {
    const command = new DecryptCommand({
      KeyId: env().MASTER_KEY,
      CiphertextBlob: item["wrapped"] as Uint8Array,
      EncryptionContext,
    });
    return (await kms.send(command)).Plaintext ?? Promise.reject(new Error("KMS answered without a key"));
  };
  const standing = await dynamo.get({ table: "operations", key: keyOf(purpose), consistent: true });
  if (standing) return unwrap(standing);
  const made = await kms.send(
    new GenerateDataKeyCommand({ KeyId: env().MASTER_KEY, NumberOfBytes: 32, EncryptionContext }),
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

/** The secret of a purpose; opened once per environment. */
export function secret(purpose: SecretPurpose): Promise<Uint8Array> {
  const opened = kept() ?? ofThisEnvironment;
  const known = opened.get(purpose);
  if (known) return known;
  const opening = open(purpose);
  opened.set(purpose, opening);
  opening.catch(() => opened.delete(purpose));
  return opening;
}

/** What a pseudonym stands for; each use has a key of its own, derived by HKDF. */
export type ReferenceUse =
  | "account"
  | "actor"
  | "cursor"
  | "holder"
  | "invitation"
  | "queue-token"
  | "rate"
  | "request"
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
