import { actorOf } from "#shared/audit/actor.ts";
import { merchantRoutes } from "#shared/merchants/contract.ts";
import { planDocuments } from "#shared/merchants/documents.ts";
import { drafted } from "#shared/merchants/rules.ts";
import { firstStaff } from "#shared/merchants/staff.ts";
import { planNewMerchant } from "#shared/merchants/store.ts";
import { detailView } from "#shared/merchants/views.ts";
import { newId } from "#shared/platform/ids.ts";
import { once } from "#shared/platform/operation.ts";

/** Applies for a merchant, whoever signs in; who applies manages its staff. */
export const applyMerchant = once(merchantRoutes.applyMerchant)(
  async ({ caller, body, now }) => {
    const actor = await actorOf(caller);
    const merchantId = newId("mer");
    const merchant = drafted(body, { merchantId, actor, org: caller.org, now });
    const first = await firstStaff(merchantId, actor, now);
    const documents = await planDocuments(body, { merchantId, actor, now });
    return { parts: [...planNewMerchant(merchant, first), ...documents], effect: detailView(merchant) };
  },
  (merchant) => ({ status: 201, body: merchant }),
);
