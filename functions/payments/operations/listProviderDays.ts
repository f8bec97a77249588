import { listDays } from "#shared/payments/bills/store.ts";
import { paymentRoutes } from "#shared/payments/contract.ts";
import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import { operation } from "#shared/platform/operation.ts";

/** A provider's bills against our books, latest first. */
export const listProviderDays = operation(paymentRoutes.listProviderDays)(async ({ query }) => {
  const scope = ["listProviderDays", query.provider];
  const { days, next } = await listDays(query.provider, query.limit, await readCursor(scope, query.cursor));
  return { status: 200, body: { items: days, nextCursor: await signCursor(scope, next) } };
});
