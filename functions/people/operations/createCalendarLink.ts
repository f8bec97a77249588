import { feedReference, feedTokenOf, planCalendarLink } from "#shared/people/calendarLink/store.ts";
import { callersPerson } from "#shared/people/store.ts";
import { once } from "#shared/platform/operation.ts";
import { calendarRoutes } from "#shared/registration/calendar/contract.ts";

/** Makes an address by which a calendar program reads the caller's registrations; the one before ends. */
export const createCalendarLink = once(calendarRoutes.createCalendarLink)(
  async ({ caller, key, now }) => {
    const person = await callersPerson(caller.sub);
    const createdAt = now.toISOString();
    const reference = await feedReference(await feedTokenOf(key));
    return { parts: planCalendarLink(person, { reference, createdAt }), effect: { createdAt } };
  },
  async ({ createdAt }, { key, origin }) => {
    const feedToken = await feedTokenOf(key);
    return { status: 201, body: { url: `${origin}/v1/calendars/${feedToken}`, feedToken, createdAt } };
  },
);
