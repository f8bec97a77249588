import { type BusinessDate, type Instant, isCalendarDate } from "#shared/platform/time.ts";
import type { BankMapping, DateStyle, TimeStyle } from "./mapping.ts";

const datePatterns: Readonly<Record<DateStyle, RegExp>> = {
  "YYYY-MM-DD": /^(\d{4})-(\d{2})-(\d{2})$/,
  YYYYMMDD: /^(\d{4})(\d{2})(\d{2})$/,
};
const timePatterns: Readonly<Record<TimeStyle, RegExp>> = {
  "HH:mm:ss": /^([01]\d|2[0-3]):([0-5]\d):([0-5]\d)$/,
  HHmmss: /^([01]\d|2[0-3])([0-5]\d)([0-5]\d)$/,
};

/** A day as the bank writes it; `undefined` for what is none. */
export function parseDate(written: string, style: DateStyle): BusinessDate | undefined {
  const [, year, month, day] = datePatterns[style].exec(written) ?? [];
  const date = `${year}-${month}-${day}`;
  return isCalendarDate(date) ? date : undefined;
}

/** The instant of a day and a time of the day in Shanghai. */
export function parseInstant(date: string, time: string, mapping: BankMapping): Instant | undefined {
  const day = parseDate(date, mapping.date);
  const [, hours, minutes, seconds] = timePatterns[mapping.time].exec(time) ?? [];
  if (day === undefined || hours === undefined) return undefined;
  return new Date(`${day}T${hours}:${minutes}:${seconds}+08:00`).toISOString();
}

/** The same of one cell. */
export function parseDateTime(written: string, mapping: BankMapping): Instant | undefined {
  const length = mapping.date.length;
  const between = mapping.dateTimeSeparator;
  if (written.slice(length, length + between.length) !== between) return undefined;
  return parseInstant(written.slice(0, length), written.slice(length + between.length), mapping);
}

/** The days named in a cell, in order: `2026-11-24 至 2026-11-25`. */
export const datesIn = (written: string, style: DateStyle): BusinessDate[] =>
  written.split(/[^\d-]+/).flatMap((part) => parseDate(part, style) ?? []);
