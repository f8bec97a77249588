import { merchantRoutes } from "#shared/merchants/contract.ts";
import { actingFor } from "#shared/merchants/staff.ts";
import { listStaff as list } from "#shared/merchants/store.ts";
import { staffView } from "#shared/merchants/views.ts";
import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import { operation } from "#shared/platform/operation.ts";

/** The staff of a merchant for which the caller acts. */
export const listStaff = operation(merchantRoutes.listStaff)(async ({ caller, path, query }) => {
  const { merchantId } = await actingFor(path.merchantId, caller, "cashier");
  const scope = ["listStaff", merchantId];
  const after = await readCursor(scope, query.cursor);
  const { found, next } = await list(merchantId, query.limit, after);
  const items = found.map(staffView);
  return { status: 200, body: { items, nextCursor: await signCursor(scope, next) } };
});
