import { mayActFor } from "#shared/people/acting.ts";
import { callersPersonId } from "#shared/people/store.ts";
import { operation } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { findRegistration, viewOf } from "#shared/registration/store.ts";

/** A registration of the caller or of somebody the caller acts for. */
export const getRegistration = operation(registrationRoutes.getRegistration)(async ({ caller, path }) => {
  const callerId = await callersPersonId(caller.sub);
  const found = await findRegistration(path.registrationId);
  if (!found || !(await mayActFor(callerId, found.registration.claim.participantId)))
    throw new Refusal(problems.notFound);
  const { registration, event } = found;
  return { status: 200, body: { ...viewOf(registration), cancelUntil: event.cancelUntil } };
});
