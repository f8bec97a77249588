import type { Part } from "./database.ts";
import { dynamo } from "./dynamo.ts";
import { Refusal } from "./problem.ts";
import { problems } from "./problems.ts";
import { openedOnce, type SecretPurpose, sealed, unsealed } from "./secrets.ts";

/** How a deployment calls a provider: in addresses, in ids of the ledger, and as the purpose of a secret. */
export const isProviderName = (name: string): boolean => /^[a-z][a-z0-9-]{0,31}$/.test(name);

/** Those through whom messages go; money goes through any other. */
const messengers: readonly string[] = ["sms", "wechat"];
export const isMessenger = (name: string): boolean => messengers.includes(name);

/** Under names of their own, so that a role which may open those of money may not open those of messages. */
const purposeOf = (name: string): SecretPurpose =>
  isMessenger(name) ? `messenger-${name}` : `provider-${name}`;
const keyOf = (name: string) => ({
  pk: `${isMessenger(name) ? "MESSENGER" : "PROVIDER"}#${name}`,
  sk: "CREDENTIALS",
});

async function findSealed(name: string): Promise<Uint8Array | undefined> {
  const item = await dynamo.get({ table: "operations", key: keyOf(name), consistent: true });
  return item?.["sealed"] as Uint8Array | undefined;
}

/** Whether this deployment has credentials with the provider. */
export const hasCredentials = async (name: string): Promise<boolean> =>
  (await findSealed(name)) !== undefined;

async function open(name: string): Promise<Uint8Array> {
  const found = await findSealed(name);
  if (!found) throw new Refusal(problems.notFound);
  return unsealed(purposeOf(name), found);
}

/**
 * The credentials with a provider as they were sealed, JSON; opened once per environment, the same bytes for everybody
 * who asks. Refuses `not-found` where there are none.
 */
export const openedCredentials = (name: string): Promise<Uint8Array> =>
  openedOnce(purposeOf(name), () => open(name));

/**
 * The part that puts a provider's credentials in the place of those that stood there, sealed so that only who may open
 * this provider's can read them. No function may seal: whoever deploys does (infra/providerCredentials.ts).
 */
export async function sealedCredentials(name: string, credentials: object, now: Date): Promise<Part> {
  if (!isProviderName(name)) throw new RangeError(`${name} is no name for a provider`);
  const bytes = Buffer.from(JSON.stringify(credentials));
  const Item = { ...keyOf(name), sealed: await sealed(purposeOf(name), bytes), putAt: now.toISOString() };
  return { table: "operations", write: { Put: { Item } } };
}
