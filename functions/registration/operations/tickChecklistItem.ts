import { operation } from "#shared/platform/operation.ts";
import { tickItem } from "#shared/registration/programme/checklist.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";

/** Says that an item of an event's checklist is done, or open again. */
export const tickChecklistItem = operation(programmeRoutes.tickChecklistItem)(async (call) => {
  const event = await tickItem(call);
  return { status: 200, body: event, headers: { etag: `"${event.version}"` } };
});
