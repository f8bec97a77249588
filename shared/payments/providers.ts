import type { Part } from "#shared/platform/database.ts";
import { env } from "#shared/platform/env.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { openedOnce, sealed, unsealed } from "#shared/platform/secrets.ts";
import type { PaymentProvider } from "./port.ts";
import { type WechatPayCredentials, wechatPayCredentials } from "./wechatPay/credentials.ts";
import { findSealed, sealedPart } from "./wechatPay/store.ts";
import { createWechatPay } from "./wechatPay/wechatPay.ts";

/** How a deployment calls a provider: in addresses, in ids of the ledger, and as the purpose of a secret. */
export const isProviderName = (name: string): boolean => /^[a-z][a-z0-9-]{0,31}$/.test(name);

const purposeOf = (name: string) => `provider-${name}` as const;

/** By the very bytes that were opened: an environment that opens them again makes its provider anew. */
const made = new WeakMap<Uint8Array, PaymentProvider>();

async function openCredentials(name: string): Promise<Uint8Array> {
  const found = await findSealed(name);
  if (!found) throw new Refusal(problems.notFound);
  return unsealed(purposeOf(name), found);
}

/**
 * The provider of this name, with the credentials that are sealed in this deployment; opened once per environment.
 * Refuses `not-found` where there are none.
 */
export async function providerNamed(name: string): Promise<PaymentProvider> {
  const opened = await opening(name);
  const known = made.get(opened);
  if (known) return known;
  const provider = createWechatPay(credentialsIn(opened), { name });
  made.set(opened, provider);
  return provider;
}

function opening(name: string): Promise<Uint8Array> {
  if (!isProviderName(name)) throw new Refusal(problems.notFound);
  return openedOnce(purposeOf(name), () => openCredentials(name));
}

const credentialsIn = (opened: Uint8Array): WechatPayCredentials =>
  wechatPayCredentials.parse(JSON.parse(Buffer.from(opened).toString()));

/** Where a provider is spoken to. Refuses as {@link providerNamed} does. */
export const providerAddress = async (name: string): Promise<string> =>
  credentialsIn(await opening(name)).baseUrl;

/** The provider through whom money is paid here; `undefined` while this deployment has none. */
export async function providerInUse(): Promise<PaymentProvider | undefined> {
  const name = env().PAYMENT_PROVIDER;
  return (await findSealed(name)) && providerNamed(name);
}

/**
 * The part that puts a provider's credentials, sealed so that only who may open this provider's can read them. No
 * function may seal: whoever deploys does (infra/providerCredentials.ts).
 */
export async function sealCredentials(
  name: string,
  credentials: WechatPayCredentials,
  now: Date,
): Promise<Part> {
  if (!isProviderName(name)) throw new RangeError(`${name} is no name for a provider`);
  const bytes = Buffer.from(JSON.stringify(wechatPayCredentials.parse(credentials)));
  return sealedPart(name, await sealed(purposeOf(name), bytes), now);
}
