import { organisationOf } from "#shared/platform/caller.ts";
import { operation } from "#shared/platform/operation.ts";
import { approvalRoutes } from "#shared/registration/approval/contract.ts";
import { decideOnce } from "#shared/registration/approval/once.ts";
import { entrantOf, entrantViewOf } from "#shared/registration/approval/views.ts";

/** Accepts an application: it gets a place, with all who applied together, while there is one. */
export const approveRegistration = operation(approvalRoutes.approveRegistration)(
  async ({ caller, path, key, now }) => {
    const found = await entrantOf(path.eventId, path.registrationId, organisationOf(caller));
    const decided = await decideOnce({ ...found, caller, key, now }, "approveRegistration");
    return { status: 200, body: await entrantViewOf(found.event, decided, now) };
  },
);
