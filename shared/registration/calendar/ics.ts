import { createHash } from "node:crypto";
import ical, { ICalEventStatus, ICalEventTransparency } from "ical-generator";
import type { Instant } from "#shared/platform/time.ts";

/** One entry of a calendar, in the words of RFC 5545. */
export interface Entry {
  /** Stays for ever, so that a program changes the entry instead of adding another. */
  uid: string;
  /** Rises with every change of what is shown. */
  sequence: number;
  status: keyof typeof ICalEventStatus;
  startsAt: Instant;
  endsAt: Instant;
  summary: string;
  location: string;
  description: string;
}

/** How often a program is asked to look again, in seconds. */
const REFRESH_SECONDS = 3_600;

/**
 * A calendar as text. Instants are in UTC, so it needs no time zone of its own. It names no METHOD: that would make it
 * an invitation, which has an organiser's address.
 * @param at when it is written: the DTSTAMP of every entry
 */
export function calendarText(name: string, entries: readonly Entry[], at: Date): string {
  const calendar = ical({
    prodId: { company: "leyun", product: "calendar", language: "ZH" },
    name,
    ttl: REFRESH_SECONDS,
  });
  for (const { uid, status, startsAt, endsAt, ...shown } of entries)
    calendar.createEvent({
      id: `${uid}@leyun`,
      stamp: at,
      start: new Date(startsAt),
      end: new Date(endsAt),
      status: ICalEventStatus[status],
      // Only what is certain keeps the time from being given to something else.
      transparency: ICalEventTransparency[status === "CONFIRMED" ? "OPAQUE" : "TRANSPARENT"],
      ...shown,
    });
  // The library leaves out the end of the last line.
  return `${calendar.toString()}\r\n`;
}

/** The ETag of what a calendar says, weak because its DTSTAMP is each answer's own. */
export const calendarTag = (name: string, entries: readonly Entry[]): string =>
  `W/"${createHash("sha256")
    .update(JSON.stringify([name, entries]))
    .digest("base64url")
    .slice(0, 22)}"`;
