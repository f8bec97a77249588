import { hmac, reference, secret } from "#shared/platform/secrets.ts";

/**
 * The seed of an event's draw: 32 bytes that follow from a secret of this use only, so that it need not be kept, and
 * nobody can choose it.
 */
export const seedOf = async (eventId: string): Promise<Buffer> =>
  hmac(await secret("draws"), ["leyun draw", eventId]);

/** The name under which a holder stands in the list: 26 characters that lead back to nobody. */
export const pseudonymOf = async (eventId: string, holder: string): Promise<string> =>
  (await reference("draw", eventId, holder)).subarray(0, 16).toString("hex");
