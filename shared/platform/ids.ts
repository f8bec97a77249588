import { monotonicFactory, ulidToUUID, uuidToULID } from "ulid";
import { clock } from "./clock.ts";

const next = monotonicFactory();
let last = 0;

/**
 * A prefixed ULID such as `evt_01J...`: sortable by time of making, and still rising when the machine's clock is
 * set back.
 */
export function newId<Prefix extends string>(prefix: Prefix): `${Prefix}_${string}` {
  last = Math.max(last, clock.now().getTime());
  return `${prefix}_${next(last)}`;
}

/** Sixteen bytes as a prefixed id in Crockford's Base32, 26 characters. */
export function idFromBytes<Prefix extends string>(prefix: Prefix, bytes: Uint8Array): `${Prefix}_${string}` {
  const hex = Buffer.from(bytes).toString("hex");
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return `${prefix}_${uuidToULID(uuid.join("-"))}`;
}

/** The sixteen bytes of an id made by {@link idFromBytes}; `undefined` when it was not. */
export function bytesOfId(prefix: string, id: string): Buffer | undefined {
  const code = id.slice(prefix.length + 1);
  if (!id.startsWith(`${prefix}_`) || !/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(code)) return undefined;
  return Buffer.from(ulidToUUID(code).replaceAll("-", ""), "hex");
}
