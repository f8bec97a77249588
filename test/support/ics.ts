import ICAL from "ical.js";
import { expect } from "vitest";

/** What RFC 5545 says of each property of an event: how often it may, or must, be there. */
const once = ["uid", "dtstamp", "dtstart"];
const atMostOnce = ["dtend", "sequence", "status", "summary", "location", "description", "transp"];

/** What a calendar program understands of an entry. */
export interface Understood {
  uid: string;
  sequence: number;
  status: string;
  startsAt: string;
  endsAt: string;
  summary: string;
  location: string;
  description: string;
}

/** Holds the bytes of a calendar against the form of RFC 5545, 3.1. */
function holdToForm(bytes: Buffer): string {
  // Also a line by itself is UTF-8: no character is cut by folding.
  const lines = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf("\r\n", from);
    if (end < 0) throw new Error("the last line has no end");
    lines.push(bytes.subarray(from, end));
    from = end + 2;
  }
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for (const line of lines) {
    const text = decoder.decode(line);
    expect(text).not.toMatch(/[\r\n]/);
    expect(text).not.toBe("");
    expect(line.length, text).toBeLessThanOrEqual(75);
  }
  const text = bytes.toString();
  for (const line of text.replaceAll("\r\n ", "").trimEnd().split("\r\n"))
    expect(line).toMatch(/^[A-Z][A-Z0-9-]*(;[A-Z0-9-]+=[^;:]+)*:/);
  return text;
}

/** Reads a calendar as a strict program does, with a parser that is not the writer's. */
export function readCalendar(bytes: Buffer): { name: string; entries: Understood[] } {
  const parsed = new ICAL.Component(ICAL.parse(holdToForm(bytes)));
  expect(parsed.name).toBe("vcalendar");
  for (const property of ["version", "prodid"])
    expect(parsed.getAllProperties(property), property).toHaveLength(1);
  expect(parsed.getFirstPropertyValue("version")).toBe("2.0");
  expect(parsed.getFirstProperty("method")).toBeNull();
  const entries = parsed.getAllSubcomponents("vevent").map((entry) => {
    for (const property of once) expect(entry.getAllProperties(property), property).toHaveLength(1);
    for (const property of atMostOnce)
      expect(entry.getAllProperties(property).length, property).toBeLessThanOrEqual(1);
    const event = new ICAL.Event(entry);
    for (const time of [event.startDate, event.endDate, entry.getFirstPropertyValue("dtstamp") as ICAL.Time])
      expect(time.zone).toBe(ICAL.Timezone.utcTimezone);
    return {
      uid: event.uid,
      sequence: event.sequence,
      status: String(entry.getFirstPropertyValue("status")),
      startsAt: event.startDate.toJSDate().toISOString(),
      endsAt: event.endDate.toJSDate().toISOString(),
      summary: event.summary,
      location: event.location,
      description: event.description,
    };
  });
  expect(new Set(entries.map(({ uid }) => uid)).size).toBe(entries.length);
  return { name: String(parsed.getFirstPropertyValue("x-wr-calname")), entries };
}
