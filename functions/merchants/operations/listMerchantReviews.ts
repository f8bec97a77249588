import { merchantRoutes } from "#shared/merchants/contract.ts";
import { listByStatus } from "#shared/merchants/store.ts";
import { detailView } from "#shared/merchants/views.ts";
import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import { operation } from "#shared/platform/operation.ts";

/** Merchants in a state, in the order in which they applied, with all that is decided on. */
export const listMerchantReviews = operation(merchantRoutes.listMerchantReviews)(async ({ query }) => {
  const { limit, cursor, status } = query;
  const scope = ["listMerchantReviews", status];
  const { merchants, next } = await listByStatus(status, limit, await readCursor(scope, cursor));
  return {
    status: 200,
    body: { items: merchants.map(detailView), nextCursor: await signCursor(scope, next) },
  };
});
