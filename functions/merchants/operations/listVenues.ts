import { merchantRoutes } from "#shared/merchants/contract.ts";
import { actingFor } from "#shared/merchants/staff.ts";
import { listVenues as list } from "#shared/merchants/store.ts";
import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import { operation } from "#shared/platform/operation.ts";

/** The venues of a merchant for which the caller acts. */
export const listVenues = operation(merchantRoutes.listVenues)(async ({ caller, path, query }) => {
  const { merchantId } = await actingFor(path.merchantId, caller, "cashier");
  const scope = ["listVenues", merchantId];
  const after = await readCursor(scope, query.cursor);
  const { found, next } = await list(merchantId, query.limit, after);
  return { status: 200, body: { items: found, nextCursor: await signCursor(scope, next) } };
});
