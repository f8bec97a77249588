import {
  hasCredentials,
  isMessenger,
  isProviderName,
  openedCredentials,
  sealedCredentials,
} from "#shared/platform/credentials.ts";
import type { Part } from "#shared/platform/database.ts";
import { env } from "#shared/platform/env.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import type { PaymentProvider } from "./port.ts";
import { type WechatPayCredentials, wechatPayCredentials } from "./wechatPay/credentials.ts";
import { createWechatPay } from "./wechatPay/wechatPay.ts";

const isPaymentProvider = (name: string): boolean => isProviderName(name) && !isMessenger(name);

/** By the very bytes that were opened: an environment that opens them again makes its provider anew. */
const made = new WeakMap<Uint8Array, PaymentProvider>();

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
  if (!isPaymentProvider(name)) throw new Refusal(problems.notFound);
  return openedCredentials(name);
}

const credentialsIn = (opened: Uint8Array): WechatPayCredentials =>
  wechatPayCredentials.parse(JSON.parse(Buffer.from(opened).toString()));

/** Where a provider is spoken to. Refuses as {@link providerNamed} does. */
export const providerAddress = async (name: string): Promise<string> =>
  credentialsIn(await opening(name)).baseUrl;

/** The provider through whom money is paid here; `undefined` while this deployment has none. */
export async function providerInUse(): Promise<PaymentProvider | undefined> {
  const name = env().PAYMENT_PROVIDER;
  return (await hasCredentials(name)) ? providerNamed(name) : undefined;
}

/** The part that puts a payment provider's credentials; see {@link sealedCredentials}. */
export async function sealCredentials(
  name: string,
  credentials: WechatPayCredentials,
  now: Date,
): Promise<Part> {
  if (!isPaymentProvider(name)) throw new RangeError(`${name} is no name for a payment provider`);
  return sealedCredentials(name, wechatPayCredentials.parse(credentials), now);
}
