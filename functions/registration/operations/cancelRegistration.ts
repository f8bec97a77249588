import { operation } from "#shared/platform/operation.ts";
import { cancel } from "#shared/registration/changes.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { ownRegistration } from "#shared/registration/own.ts";
import { answeredBefore } from "#shared/registration/signUp.ts";

/** Cancels a registration and gives its place back, or its place in the queue. */
export const cancelRegistration = operation(registrationRoutes.cancelRegistration)(
  async ({ caller, path, key, now }) => {
    const { registration, event } = await ownRegistration(caller, path.registrationId);
    const before = answeredBefore(registration.holder, key);
    return { status: 200, body: before ?? (await cancel(registration, event, key, now)) };
  },
);
