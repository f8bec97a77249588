import { operation } from "#shared/platform/operation.ts";
import { acceptOffer as accept } from "#shared/registration/changes.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { ownRegistration } from "#shared/registration/own.ts";
import { answeredBefore } from "#shared/registration/signUp.ts";

/** Takes the place that is kept for a registration on the waiting list. */
export const acceptOffer = operation(registrationRoutes.acceptOffer)(async ({ caller, path, key }) => {
  const { registration, event } = await ownRegistration(caller, path.registrationId);
  const before = answeredBefore(registration.holder, key);
  return { status: 200, body: before ?? (await accept(registration, event, key)) };
});
