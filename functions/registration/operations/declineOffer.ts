import { operation } from "#shared/platform/operation.ts";
import { declineOffer as decline } from "#shared/registration/changes.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { ownRegistration } from "#shared/registration/own.ts";
import { answeredBefore } from "#shared/registration/signUp.ts";

/** Gives an offered place to the next in line. */
export const declineOffer = operation(registrationRoutes.declineOffer)(async ({ caller, path, key, now }) => {
  const { registration, event } = await ownRegistration(caller, path.registrationId);
  const before = answeredBefore(registration.holder, key);
  return { status: 200, body: before ?? (await decline(registration, event, key, now)) };
});
