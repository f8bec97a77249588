import { paymentRoutes } from "#shared/payments/contract.ts";
import { listCases } from "#shared/payments/store.ts";
import { caseAsShown } from "#shared/payments/views.ts";
import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import { operation } from "#shared/platform/operation.ts";

/** What finance has to look at, or has decided. */
export const listPaymentCases = operation(paymentRoutes.listPaymentCases)(async ({ query }) => {
  const scope = ["listPaymentCases", query.status];
  const { cases, next } = await listCases(query.status, query.limit, await readCursor(scope, query.cursor));
  return { status: 200, body: { items: cases.map(caseAsShown), nextCursor: await signCursor(scope, next) } };
});
