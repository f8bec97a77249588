import { type KeyObject, sign, verify } from "node:crypto";
import Aes from "wechatpay-axios-plugin/lib/aes.js";
import Formatter from "wechatpay-axios-plugin/lib/formatter.js";
import * as z from "zod";
import type { SignedMessage } from "../port.ts";

/** How far a message's clock may be from ours; older ones may be replayed. */
const TIMELY_SECONDS = 300;
const SCHEME = "RSA-SHA256";

export interface Merchant {
  mchid: string;
  serial: string;
  key: KeyObject;
}

/** The platform's key by the serial that a message names; `undefined` for what is none of its serials. */
export type KnownKey = (serial: string) => KeyObject | undefined;
/** The same, where it may have to be asked for. */
export type KeyOf = (serial: string) => Promise<KeyObject | undefined> | KeyObject | undefined;

/** The Authorization header of a request. What is signed is its address, its time and its very bytes. */
export function authorization(
  { mchid, serial, key }: Merchant,
  request: { method: string; url: URL; body: string; at: Date; nonce: string },
): string {
  const { method, url, body, at, nonce } = request;
  const timestamp = Math.floor(at.getTime() / 1_000);
  const text = Formatter.request(method, `${url.pathname}${url.search}`, timestamp, nonce, body);
  const signature = sign(SCHEME, Buffer.from(text), key).toString("base64");
  return Formatter.authorization(mchid, nonce, signature, timestamp, serial);
}

/** The text that signs for the payer's device what it hands to WeChat (`paySign`). */
export const paySign = (fields: readonly string[], key: KeyObject): string =>
  sign(SCHEME, Buffer.from(fields.map((field) => `${field}\n`).join("")), key).toString("base64");

/** Why a message is not taken for the platform's. */
export type Distrust = "unsigned" | "untimely" | "unknown-serial" | "wrong-signature";

/** Whether the platform signed this message within the last minutes; `undefined` when it did. */
export async function distrustOf(
  { headers, body }: SignedMessage,
  keyOf: KeyOf,
  now: Date,
): Promise<Distrust | undefined> {
  const timestamp = headers["wechatpay-timestamp"];
  const nonce = headers["wechatpay-nonce"];
  const serial = headers["wechatpay-serial"];
  const signature = headers["wechatpay-signature"];
  if (!timestamp || !nonce || !serial || !signature || !/^\d{1,12}$/.test(timestamp)) return "unsigned";
  if (Math.abs(now.getTime() / 1_000 - Number(timestamp)) > TIMELY_SECONDS) return "untimely";
  const key = await keyOf(serial);
  if (!key) return "unknown-serial";
  const text = Buffer.from(Formatter.response(timestamp, nonce, body));
  return verify(SCHEME, text, key, Buffer.from(signature, "base64")) ? undefined : "wrong-signature";
}

/** What the platform encrypts with the APIv3 key. */
export const sealedResource = z.object({
  algorithm: z.literal("AEAD_AES_256_GCM"),
  // A whole tag of 16 bytes at least: the library would take what is shorter for the tag.
  ciphertext: z.base64().min(24),
  associated_data: z.string().default(""),
  nonce: z.string().min(1),
});

/** The text of a sealed resource. Throws where the key or anything of the resource is another. */
export const openResource = (
  { ciphertext, nonce, associated_data }: z.infer<typeof sealedResource>,
  apiV3Key: string,
): string => Aes.AesGcm.decrypt(ciphertext, apiV3Key, nonce, associated_data);
