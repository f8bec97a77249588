import { signUpAccepted } from "#events/contracts/signUpAccepted.ts";
import { log } from "#shared/platform/logger.ts";
import { consumeTogether } from "#shared/platform/queue.ts";
import { serveAccepted } from "#shared/registration/queued.ts";

/** Serves accepted sign-ups, as many at once as were delivered; what could not be settled comes again. */
export const handler = consumeTogether("serveSignUps", signUpAccepted, async (accepted) => {
  const again = await serveAccepted(accepted);
  log("sign-ups-served", { served: accepted.length - again.size, again: again.size });
  return again;
});
