import { merchantRoutes } from "#shared/merchants/contract.ts";
import { actingFor, sizeLimits } from "#shared/merchants/staff.ts";
import { growingMerchantPart, planVenue } from "#shared/merchants/store.ts";
import { newId } from "#shared/platform/ids.ts";
import { once } from "#shared/platform/operation.ts";

/** Adds a venue to a merchant that the caller manages. */
export const addVenue = once(merchantRoutes.addVenue)(
  async ({ caller, path, body, now }) => {
    const { merchantId } = await actingFor(path.merchantId, caller, "manager");
    const { venues, refused } = await sizeLimits(now);
    const venue = { venueId: newId("ven"), merchantId, ...body };
    return {
      parts: [growingMerchantPart(merchantId), ...planVenue(venue, venues, refused)],
      effect: venue,
    };
  },
  (venue) => ({ status: 201, body: venue }),
);
