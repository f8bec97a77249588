import { mayActFor } from "#shared/people/acting.ts";
import { callersPersonId } from "#shared/people/store.ts";
import { operation } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { answeredBefore, cancel } from "#shared/registration/signUp.ts";
import { findRegistration } from "#shared/registration/store.ts";

/** Cancels a registration and gives its place back. */
export const cancelRegistration = operation(registrationRoutes.cancelRegistration)(
  async ({ caller, path, key, now }) => {
    const callerId = await callersPersonId(caller.sub);
    const found = await findRegistration(path.registrationId);
    if (!found || !(await mayActFor(callerId, found.registration.claim.participantId)))
      throw new Refusal(problems.notFound);
    const { registration, event } = found;
    const before = answeredBefore(registration.holder, key);
    return { status: 200, body: before ?? (await cancel(registration, event, key, now)) };
  },
);
