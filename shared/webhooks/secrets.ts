import { hkdfSync } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { secret } from "#shared/platform/secrets.ts";
import type { Endpoint } from "./model.ts";
import { signingRotations } from "./rules.ts";

/**
 * An endpoint's secret as its merchant keeps it, `whsec_` and 32 bytes in base64. It is derived from the service's own
 * and stored nowhere: a table that is read tells nobody how to sign.
 */
export async function secretOf(webhookId: string, rotation: number): Promise<string> {
  const key = hkdfSync("sha256", await secret("webhooks"), "", `leyun webhook ${webhookId} ${rotation}`, 32);
  return `whsec_${Buffer.from(key).toString("base64")}`;
}

/** The headers of a message, signed as Standard Webhooks has it by every secret that signs now. */
export async function signedHeaders(
  endpoint: Endpoint,
  { messageId, body }: { messageId: string; body: string },
  now: Date,
): Promise<Record<string, string>> {
  const secrets = await Promise.all(
    signingRotations(endpoint, now).map((rotation) => secretOf(endpoint.webhookId, rotation)),
  );
  return {
    "webhook-id": messageId,
    "webhook-timestamp": String(Math.floor(now.getTime() / 1_000)),
    "webhook-signature": secrets.map((one) => new Webhook(one).sign(messageId, now, body)).join(" "),
  };
}
