import { sealCredentials } from "#shared/payments/providers.ts";
import { wechatPayCredentials } from "#shared/payments/wechatPay/credentials.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import type { Outside } from "./outsideProcess.ts";

/**
 * Makes this service a merchant of the sandbox provider, once: tells it where notifications and payouts go, and seals
 * the credentials that it gives, as somebody does for a deployment with a real provider.
 */
export function sandboxProvider(of: { outside: Outside; url: string; now: () => Date }): () => Promise<void> {
  const ask = async (method: string, name: string, body?: object): Promise<unknown> => {
    const request = {
      method,
      target: "",
      headers: { "content-type": "application/json" },
      body: Buffer.from(body ? JSON.stringify(body) : ""),
    };
    const { status, bytes } = await of.outside.pass(request, `/provider/sandbox/${name}`, of.now());
    if (status !== 200) throw new Error(`the sandbox provider answered ${status} to ${name}: ${bytes}`);
    return JSON.parse(String(bytes));
  };
  let connecting: Promise<void> | undefined;
  const connect = async () => {
    await ask("POST", "config", {
      clock: "callers",
      notifyUrl: `${of.url}/v1/payments/notifications/sandbox`,
      bankUrl: `${await of.outside.url()}/bank`,
    });
    const credentials = wechatPayCredentials.parse(await ask("GET", "credentials"));
    await dynamo.commit([await sealCredentials("sandbox", credentials, of.now())]);
  };
  return () => {
    connecting ??= connect();
    return connecting;
  };
}
