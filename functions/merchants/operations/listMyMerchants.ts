import { actorOf } from "#shared/audit/actor.ts";
import { merchantRoutes } from "#shared/merchants/contract.ts";
import { listMerchantsOf } from "#shared/merchants/store.ts";
import { myView } from "#shared/merchants/views.ts";
import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import { operation } from "#shared/platform/operation.ts";

/** The merchants on whose staff the caller is, with their place there. */
export const listMyMerchants = operation(merchantRoutes.listMyMerchants)(async ({ caller, query }) => {
  const actor = await actorOf(caller);
  const scope = ["listMyMerchants", actor];
  const after = await readCursor(scope, query.cursor);
  const { places, next } = await listMerchantsOf(actor, query.limit, after);
  const items = places.map(({ merchant, place }) => myView(merchant, place));
  return { status: 200, body: { items, nextCursor: await signCursor(scope, next) } };
});
