import { merchantRoutes } from "#shared/merchants/contract.ts";
import { planAccepting } from "#shared/merchants/staff.ts";
import { staffView } from "#shared/merchants/views.ts";
import { normaliseInvitationCode } from "#shared/people/dependants.ts";
import { once } from "#shared/platform/operation.ts";

/** Joins the staff of the merchant whose invitation code the caller holds. */
export const acceptStaffInvitation = once(merchantRoutes.acceptStaffInvitation)(
  async ({ caller, body, now }) => {
    const code = normaliseInvitationCode(body.invitationCode);
    const { parts, joining } = await planAccepting(code, caller, now);
    return { parts, effect: { merchantId: joining.merchantId, ...staffView(joining) } };
  },
  (joined) => ({ status: 201, body: joined }),
);
