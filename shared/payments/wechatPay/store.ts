import type { Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";

const keyOf = (name: string) => ({ pk: `PROVIDER#${name}`, sk: "CREDENTIALS" });

/** The sealed credentials with a provider; `undefined` where this deployment has none. */
export async function findSealed(name: string): Promise<Uint8Array | undefined> {
  const item = await dynamo.get({ table: "operations", key: keyOf(name), consistent: true });
  return item?.["sealed"] as Uint8Array | undefined;
}

/** Puts sealed credentials in the place of those that stood there. */
export const sealedPart = (name: string, sealed: Uint8Array, now: Date): Part => ({
  table: "operations",
  write: { Put: { Item: { ...keyOf(name), sealed, putAt: now.toISOString() } } },
});
