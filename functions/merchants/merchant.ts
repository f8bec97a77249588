import { serve } from "#shared/platform/serve.ts";
import { acceptStaffInvitation } from "./operations/acceptStaffInvitation.ts";
import { addVenue } from "./operations/addVenue.ts";
import { applyMerchant } from "./operations/applyMerchant.ts";
import { inviteStaff } from "./operations/inviteStaff.ts";
import { listMyMerchants } from "./operations/listMyMerchants.ts";
import { listStaff } from "./operations/listStaff.ts";
import { listVenues } from "./operations/listVenues.ts";
import { revokeStaff } from "./operations/revokeStaff.ts";

export const handler = serve(
  applyMerchant,
  listMyMerchants,
  listVenues,
  addVenue,
  listStaff,
  inviteStaff,
  revokeStaff,
  acceptStaffInvitation,
);
