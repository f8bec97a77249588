import type { Item, Key, Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { type BusinessDate, businessDate } from "#shared/platform/time.ts";
import type { Payment, PaymentCase, Receipt, Refund } from "./model.ts";
import type { Notification } from "./port.ts";

const table = "settlement";

/** Somebody else wrote it since it was read: read it again and decide anew. */
export class Moved extends Error {
  override readonly name = "Moved";
}

const paymentKey = (paymentId: string): Key => ({ pk: `PAYMENT#${paymentId}`, sk: "PAYMENT" });
const receiptKey = (provider: string, transactionId: string): Key => ({
  pk: `RECEIPT#${provider}#${transactionId}`,
  sk: "RECEIPT",
});
const refundKey = (refundId: string): Key => ({ pk: `REFUND#${refundId}`, sk: "REFUND" });

/** An item without the attributes by which it is found. */
function contentOf<T>(item: Item | undefined): T | undefined {
  if (!item) return undefined;
  const {
    pk: _pk,
    sk: _sk,
    owner: _owner,
    ownerSort: _ownerSort,
    pending: _pending,
    pendingSort: _sort,
    ...rest
  } = item;
  return rest as T;
}

/** Writes an item as it was decided on the version that was read; a new one where none stands. */
const versioned = (Item: Item & { version: number }): Part => ({
  table,
  write: {
    Put:
      Item.version === 1
        ? { Item, ConditionExpression: "attribute_not_exists(pk)" }
        : {
            Item,
            ConditionExpression: "version = :read",
            ExpressionAttributeValues: { ":read": Item.version - 1 },
          },
  },
  refused: () => new Moved("somebody else wrote it meanwhile"),
});

const waiting = (list: "payments" | "refunds" | "bank-refunds", since: string | undefined) =>
  since === undefined ? {} : { pending: list, pendingSort: since };

/** The next version of something that was read. */
export const next = <T extends { version: number }>(of: T, changes: Partial<T>): T => ({
  ...of,
  ...changes,
  version: of.version + 1,
});

/** The same, with nothing open any more: nobody asks after it. */
export const unasked = <T extends { askAt?: string }>(of: T): T => {
  const { askAt: _, ...rest } = of;
  return rest as T;
};

export const paymentPart = (payment: Payment): Part =>
  versioned({
    ...paymentKey(payment.paymentId),
    ...waiting("payments", payment.askAt),
    ...payment,
  });

export const receiptPart = (receipt: Receipt): Part =>
  versioned({
    ...receiptKey(receipt.provider, receipt.transactionId),
    owner: `RECEIPTS#${receipt.provider}#${businessDate(receipt.paidAt)}`,
    ownerSort: receipt.transactionId,
    ...receipt,
  });

export const refundPart = (refund: Refund): Part =>
  versioned({
    ...refundKey(refund.refundId),
    ...(refund.status === "due" && refund.route === "bank"
      ? waiting("bank-refunds", refund.decidedAt)
      : waiting("refunds", refund.askAt)),
    ...(refund.refundedAt !== undefined &&
      refund.route === "provider" && {
        owner: `REFUNDED#${refund.provider}#${businessDate(refund.refundedAt)}`,
        ownerSort: refund.refundId,
      }),
    ...refund,
  });

const read = (key: Key) => dynamo.get({ table, key, consistent: true });

export const findPayment = async (paymentId: string): Promise<Payment | undefined> =>
  contentOf(await read(paymentKey(paymentId)));

export const findReceipt = async (provider: string, transactionId: string): Promise<Receipt | undefined> =>
  contentOf(await read(receiptKey(provider, transactionId)));

export const findRefund = async (refundId: string): Promise<Refund | undefined> =>
  contentOf(await read(refundKey(refundId)));

/** At most so many that are due to be looked after, the longest due first. */
async function listDue<T>(list: string, now: Date, limit: number): Promise<T[]> {
  const { items } = await dynamo.query({
    table,
    index: "byPending",
    partition: list,
    to: now.toISOString(),
    limit,
  });
  return items.map((item) => contentOf<T>(item) as T);
}

export const listDuePayments = (now: Date, limit: number) => listDue<Payment>("payments", now, limit);
export const listDueRefunds = (now: Date, limit: number) => listDue<Refund>("refunds", now, limit);

/** Refunds that are to go by the bank, the longest due first. */
export const listBankRefunds = (now: Date, limit: number) => listDue<Refund>("bank-refunds", now, limit);

/** What was received, or given back, on a day by a provider, by our books. */
export async function listOfDay<Kind extends "RECEIPTS" | "REFUNDED">(
  kind: Kind,
  provider: string,
  date: BusinessDate,
): Promise<(Kind extends "RECEIPTS" ? Receipt : Refund)[]> {
  type One = Kind extends "RECEIPTS" ? Receipt : Refund;
  const found: One[] = [];
  let after: Item | undefined;
  do {
    const page = await dynamo.query({
      table,
      index: "byOwner",
      partition: `${kind}#${provider}#${date}`,
      limit: 500,
      ...(after && { after }),
    });
    found.push(...page.items.map((item) => contentOf<One>(item) as One));
    after = page.next;
  } while (after);
  return found;
}

/** What a provider told, kept until it is worked on. */
export interface Told {
  provider: string;
  receivedAt: string;
  notification: Notification;
  worked: boolean;
}

const toldKey = (provider: string, notificationId: string): Key => ({
  pk: `NOTIFIED#${provider}#${notificationId}`,
  sk: "NOTIFIED",
});

/** Keeps what a provider told; `stood` when it told it before. */
export async function keepTold(told: Omit<Told, "worked">): Promise<"kept" | "stood"> {
  const key = toldKey(told.provider, told.notification.notificationId);
  const Item = { ...key, pending: "notifications", pendingSort: told.receivedAt, ...told, worked: false };
  const failed = await dynamo.attempt([
    { table, write: { Put: { Item, ConditionExpression: "attribute_not_exists(pk)" } } },
  ]);
  return failed.size === 0 ? "kept" : "stood";
}

export const findTold = async (provider: string, notificationId: string): Promise<Told | undefined> =>
  contentOf(await read(toldKey(provider, notificationId)));

export const listTold = (now: Date, limit: number) => listDue<Told>("notifications", now, limit);

/** It was worked on; it stays to be read. */
export async function markWorked({ provider, notification, ...told }: Told): Promise<void> {
  const Item = {
    ...toldKey(provider, notification.notificationId),
    ...told,
    provider,
    notification,
    worked: true,
  };
  await dynamo.commit([{ table, write: { Put: { Item } } }]);
}

const caseKey = (status: PaymentCase["status"], caseId: string): Key => ({
  pk: `PAYMENT-CASES#${status}`,
  sk: caseId,
});

/** Its id says what it is about: who opens it twice opens one. */
export const casePart = (opened: PaymentCase): Part => ({
  table,
  write: { Put: { Item: { ...caseKey("open", opened.caseId), ...opened } } },
});

/**
 * Takes a case off the list of what is open. That it is decided once is held by what every decision writes beside it:
 * the next version of the payment, receipt or refund that it is about.
 */
export const decidedParts = (decided: PaymentCase): Part[] => [
  { table, write: { Delete: { Key: caseKey("open", decided.caseId) } } },
  { table, write: { Put: { Item: { ...caseKey("decided", decided.caseId), ...decided } } } },
];

export const findCase = async (caseId: string): Promise<PaymentCase | undefined> =>
  contentOf((await read(caseKey("open", caseId))) ?? (await read(caseKey("decided", caseId))));

export async function listCases(
  status: PaymentCase["status"],
  limit: number,
  after: Item | undefined,
): Promise<{ cases: PaymentCase[]; next: Item | undefined }> {
  const { items, next: more } = await dynamo.query({
    table,
    partition: `PAYMENT-CASES#${status}`,
    limit,
    consistent: true,
    ...(after && { after }),
  });
  return { cases: items.map((item) => contentOf<PaymentCase>(item) as PaymentCase), next: more };
}
