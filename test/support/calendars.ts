import type { Client } from "#shared/client.ts";
import { calendarRoutes } from "#shared/registration/calendar/contract.ts";
import { readCalendar } from "./ics.ts";
import { good } from "./service.ts";

/** A new address of the caller's calendar. */
export const linked = (call: Client, idempotencyKey: string = crypto.randomUUID()) =>
  good(call(calendarRoutes.createCalendarLink, { idempotencyKey }));

/** Asks as a calendar program does, which knows an address and nothing else. */
export const fetched = (url: string, headers: Record<string, string> = {}) => fetch(url, { headers });

/** What a calendar program shows of an address. */
export async function subscribed(url: string) {
  const answer = await fetched(url);
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return readCalendar(Buffer.from(await answer.arrayBuffer()));
}
