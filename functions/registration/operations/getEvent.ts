import { operation } from "#shared/platform/operation.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { publishedEvent } from "#shared/registration/store.ts";
import { publicEventView } from "#shared/registration/views.ts";

/** A published event with everything one should know before signing in. */
export const getEvent = operation(registrationRoutes.getEvent)(async ({ path }) => {
  const event = await publishedEvent(path.eventId);
  return { status: 200, body: publicEventView(event), headers: { etag: `"${event.version}"` } };
});
