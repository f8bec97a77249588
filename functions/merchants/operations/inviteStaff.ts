import { merchantRoutes } from "#shared/merchants/contract.ts";
import { actingFor } from "#shared/merchants/staff.ts";
import { growingMerchantPart, planInvitation } from "#shared/merchants/store.ts";
import { invitationCodeOf } from "#shared/people/dependants.ts";
import { once } from "#shared/platform/operation.ts";
import type { RequestKey } from "#shared/platform/remember.ts";
import { reference } from "#shared/platform/secrets.ts";
import { businessDate } from "#shared/platform/time.ts";
import { merchants } from "#shared/policies/definitions/merchants.ts";
import { policy } from "#shared/policies/reading.ts";

/** The code follows from the request's key, so that a replay shows it again without its being stored. */
const codeOf = async (key: RequestKey) =>
  invitationCodeOf(await reference("invitation", "merchant-code", key.id));

/** Makes a code with which one person may join the staff of a merchant that the caller manages. */
export const inviteStaff = once(merchantRoutes.inviteStaff)(
  async ({ caller, path, body, now, key }) => {
    const { merchantId, staffId } = await actingFor(path.merchantId, caller, "manager");
    const { value } = await policy(merchants.invitation, businessDate(now));
    const expiresAt = new Date(now.getTime() + value.hours * 3_600_000).toISOString();
    const invitation = { merchantId, ...body, invitedBy: staffId, goodUntil: expiresAt };
    const planned = await planInvitation(await codeOf(key), invitation);
    return { parts: [growingMerchantPart(merchantId), planned], effect: { expiresAt, ...body } };
  },
  async (invited, { key }) => ({ status: 201, body: { invitationCode: await codeOf(key), ...invited } }),
);
