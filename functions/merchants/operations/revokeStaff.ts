import { merchantRoutes } from "#shared/merchants/contract.ts";
import type { Staff } from "#shared/merchants/model.ts";
import { actingFor } from "#shared/merchants/staff.ts";
import { findStaff, planRevoking } from "#shared/merchants/store.ts";
import { staffView } from "#shared/merchants/views.ts";
import { once } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";

/** Takes somebody's place on the staff back; a second time changes nothing. */
export const revokeStaff = once(merchantRoutes.revokeStaff)(
  async ({ caller, path, now }) => {
    const { merchantId, actor } = await actingFor(path.merchantId, caller, "manager");
    const place = await findStaff(merchantId, path.staffId);
    if (!place) throw new Refusal(problems.notFound);
    if (place.status === "revoked") return { parts: [], effect: staffView(place) };
    const revokedAt = now.toISOString();
    const revoked: Staff = { ...place, status: "revoked", revokedAt, revokedBy: actor };
    return { parts: planRevoking(revoked), effect: staffView(revoked) };
  },
  (revoked) => ({ status: 200, body: revoked }),
);
