import { timingSafeEqual } from "node:crypto";
import { type ReferenceUse, reference } from "./secrets.ts";

const MAC_BYTES = 16;

/**
 * A value that the service hands out and takes back unaltered: readable by whoever holds it, and accepted only for
 * the use and the scope it was signed for.
 */
export async function sign(use: ReferenceUse, scope: readonly string[], value: unknown): Promise<string> {
  const text = JSON.stringify(value);
  const mac = await reference(use, text, ...scope);
  return `${Buffer.from(text).toString("base64url")}.${mac.subarray(0, MAC_BYTES).toString("base64url")}`;
}

/** The value of a token signed for this use and scope; `undefined` for any other text. */
export async function readSigned<Value>(
  use: ReferenceUse,
  scope: readonly string[],
  token: string,
): Promise<Value | undefined> {
  const [body = "", signature = ""] = token.split(".");
  const text = Buffer.from(body, "base64url").toString();
  const expected = (await reference(use, text, ...scope)).subarray(0, MAC_BYTES);
  const given = Buffer.from(signature, "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  return JSON.parse(text) as Value;
}
