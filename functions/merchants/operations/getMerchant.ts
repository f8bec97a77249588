import { merchantRoutes } from "#shared/merchants/contract.ts";
import { findMerchant, listVenues } from "#shared/merchants/store.ts";
import { publicView } from "#shared/merchants/views.ts";
import { operation } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";

/** No merchant has more venues than this: the policy of its size goes no higher. */
const VENUES = 100;

/** A merchant that is or was admitted; the public knows of no other. */
export const getMerchant = operation(merchantRoutes.getMerchant)(async ({ path }) => {
  const shown = publicView(await findMerchant(path.merchantId));
  if (!shown) throw new Refusal(problems.notFound);
  const { found: venues } = await listVenues(path.merchantId, VENUES, undefined);
  return { status: 200, body: { ...shown, venues } };
});
