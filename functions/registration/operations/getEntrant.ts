import { noteSeen } from "#shared/audit/log.ts";
import { organisationOf } from "#shared/platform/caller.ts";
import { operation } from "#shared/platform/operation.ts";
import { approvalRoutes } from "#shared/registration/approval/contract.ts";
import { applicationView, entrantOf } from "#shared/registration/approval/views.ts";

/** One registration of the organiser's event, masked, with its documents; the audit log keeps that it was looked at. */
export const getEntrant = operation(approvalRoutes.getEntrant)(async ({ caller, path, now }) => {
  const { event, registration } = await entrantOf(path.eventId, path.registrationId, organisationOf(caller));
  const body = await applicationView(event, registration, caller, now);
  const facts = { documents: body.documents.length };
  await noteSeen(caller, { action: "getEntrant", subject: path.registrationId, facts }, now);
  return { status: 200, body };
});
