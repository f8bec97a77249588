import { organisationOf } from "#shared/platform/caller.ts";
import { operation } from "#shared/platform/operation.ts";
import { approvalRoutes } from "#shared/registration/approval/contract.ts";
import { decideOnce } from "#shared/registration/approval/once.ts";
import { entrantOf, entrantViewOf } from "#shared/registration/approval/views.ts";

/** Rejects an application, with the reason that its person is told. */
export const rejectRegistration = operation(approvalRoutes.rejectRegistration)(
  async ({ caller, path, body, key, now }) => {
    const found = await entrantOf(path.eventId, path.registrationId, organisationOf(caller));
    const decided = await decideOnce({ ...found, caller, key, now }, "rejectRegistration", body.reason);
    return { status: 200, body: await entrantViewOf(found.event, decided, now) };
  },
);
