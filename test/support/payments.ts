import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { runJob } from "#local/localRoutes.ts";
import type { Client } from "#shared/client.ts";
import { paymentRoutes } from "#shared/payments/contract.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { client } from "#shared/platform/dynamo.ts";
import type { RawBody } from "#shared/platform/route.ts";
import { approve } from "./deciding.ts";
import { finance } from "./ledger.ts";
import { deliver } from "./queues.ts";
import { citizen, good, type TestService } from "./service.ts";

let made = 0;
const another = (prefix: string): string => {
  made += 1;
  return `${prefix}_${made}`;
};

/** Fees of an event, under ids that no other test has. */
export const fees = (eventId = another("evt")) =>
  ({ purpose: "fees", eventId, organiserId: "org_1", registrationId: another("reg") }) as const;
export const cards = (cardId = another("crd"), merchantId = "mer_1") =>
  ({ purpose: "cards", merchantId, cardId }) as const;

export interface Paying {
  call: Client;
  paymentId: string;
}

async function locally<T>(service: TestService, path: string, body: unknown): Promise<T> {
  const answer = await service.dispatch({
    method: "POST",
    target: path,
    headers: { "content-type": "application/json" },
    body: Buffer.from(JSON.stringify(body)),
  });
  const text = answer.bytes?.toString() ?? answer.body;
  if (answer.status >= 300) throw new Error(`${path} -> ${answer.status} ${text}`);
  return JSON.parse(text) as T;
}

/** Somebody who owes money, and the order by which they pay it. */
export async function owing(
  service: TestService,
  of: {
    amountFen?: number;
    for?: object;
    seconds?: number;
    receiver?: string;
    payer?: Client;
    payerId?: string;
  } = {},
): Promise<Paying> {
  const { payer, ...more } = of;
  const call = payer ?? (await citizen(service)).call;
  const { personId } = await good(call(peopleRoutes.getMe, {}));
  const body = { payerId: personId, amountFen: 10_000, for: fees(), ...more };
  const { paymentId } = await locally<{ paymentId: string }>(service, "/local/payments", body);
  return { call, paymentId };
}

/** A message as the provider signs and sends it, which nobody has been given yet. */
export async function signedMessage(service: TestService): Promise<RawBody> {
  await pay(await owing(service), { notify: "never" });
  return control<RawBody>(service, "notifications/signed", {});
}

/** Something that is done with the sandbox provider, and no real one offers. */
export const control = <T = unknown>(service: TestService, name: string, body: unknown): Promise<T> =>
  locally<T>(service, `/local/provider/sandbox/${name}`, body);

/** The provider's own books. */
export async function providersBooks(service: TestService) {
  const answer = await service.dispatch({
    method: "GET",
    target: "/local/provider/sandbox/books",
    headers: {},
    body: Buffer.alloc(0),
  });
  return JSON.parse(answer.bytes?.toString() ?? answer.body) as {
    refunds: { outRefundNo: string; amountFen: number; state: string }[];
    movements: { type: string; direction: string; amountFen: number; receiver: string }[];
  };
}

/** The payer pays. Nothing is done about what the provider tells until it is delivered. */
export const pay = (
  { call, paymentId }: Paying,
  body: { amountFen?: number; times?: number; notify?: "now" | "never" } = {},
) => good(call(paymentRoutes.payInSandbox, { path: { paymentId }, body }));

/** What the provider told is worked on. */
export const heard = (service: TestService): Promise<void> => deliver(service, "payments");

/** A run of the sweep, so many seconds from now. */
export async function sweep(service: TestService, afterSeconds = 0): Promise<boolean> {
  service.clock.advance(afterSeconds);
  return runJob("settlePayments");
}

export const statusOf = async ({ call, paymentId }: Paying): Promise<string> =>
  (await good(call(paymentRoutes.getPayment, { path: { paymentId } }))).status;

/** What finance has to look at, about one payment. */
export async function casesAbout(service: TestService, paymentId: string) {
  const call = finance(service);
  const { items } = await good(call(paymentRoutes.listPaymentCases, { query: { limit: 100 } }));
  return items.filter((one) => one.paymentId === paymentId);
}

/** One of finance decides, and another agrees where that is asked for. */
export async function decided(
  service: TestService,
  caseId: string,
  decision: string,
  more: { paymentId?: string } = {},
) {
  const body = { decision, reason: "已与支付机构核实", ...more } as never;
  const answer = await good(finance(service)(paymentRoutes.decidePaymentCase, { path: { caseId }, body }));
  if ("approvalId" in answer) await good(approve(finance(service, "finance-2"), answer.approvalId));
}

interface StoredEntry {
  journalId: string;
  kind: string;
  legs: { account: string; side: "debit" | "credit"; normal: "debit" | "credit"; amountFen: number }[];
}

/** Every entry of the journal. */
export async function journal(service: TestService): Promise<StoredEntry[]> {
  const entries: StoredEntry[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: service.parts.tableNames.journal,
        ExclusiveStartKey,
        ConsistentRead: true,
      }),
    );
    entries.push(...((page.Items ?? []) as StoredEntry[]));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return entries;
}

/** Balances on their normal sides, summed up from the journal; those of 0 are left out. */
export async function balances(
  service: TestService,
  matching: RegExp = /./,
): Promise<Record<string, number>> {
  const sums = new Map<string, number>();
  for (const { legs } of await journal(service))
    for (const { account, side, normal, amountFen } of legs)
      if (matching.test(account))
        sums.set(account, (sums.get(account) ?? 0) + (side === normal ? amountFen : -amountFen));
  return Object.fromEntries([...sums].filter(([, fen]) => fen !== 0));
}

/** The kinds of entries of one thing, in the order of their ids. */
export const kindsAbout = async (service: TestService, about: string): Promise<string[]> =>
  (await journal(service))
    .filter(({ legs }) => legs.some(({ account }) => account.includes(about)))
    .map(({ kind }) => kind)
    .sort();
