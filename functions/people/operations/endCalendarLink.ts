import { planCalendarLinkEnd } from "#shared/people/calendarLink/store.ts";
import { callersPerson } from "#shared/people/store.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { operation } from "#shared/platform/operation.ts";
import { calendarRoutes } from "#shared/registration/calendar/contract.ts";

/** Ends the address of the caller's calendar; without one nothing changes. */
export const endCalendarLink = operation(calendarRoutes.endCalendarLink)(async ({ caller }) => {
  const parts = planCalendarLinkEnd(await callersPerson(caller.sub));
  if (parts.length > 0) await dynamo.commit(parts);
  return { status: 200, body: { status: "ended" } };
});
