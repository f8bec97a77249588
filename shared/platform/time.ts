import type { Language } from "./problem.ts";

/**
 * Instants are UTC (`2026-05-01T00:00:00.000Z`); business dates are days in Asia/Shanghai (`2026-05-01`).
 * The zone has had no daylight saving since 1991, so it is a fixed offset and needs no zone database.
 */
const SHANGHAI_OFFSET_MS = 8 * 60 * 60 * 1000;

/** A day in Asia/Shanghai, `YYYY-MM-DD`. */
export type BusinessDate = string;
/** An RFC 3339 instant in UTC with milliseconds. */
export type Instant = string;

export const businessDate = (instant: Date | Instant): BusinessDate =>
  new Date(new Date(instant).getTime() + SHANGHAI_OFFSET_MS).toISOString().slice(0, 10);

/** What a clock and a calendar in Shanghai show at an instant; `time` as `08:00`. */
export function shanghaiClock(instant: Date | Instant): {
  year: number;
  month: number;
  day: number;
  time: string;
} {
  const shown = new Date(new Date(instant).getTime() + SHANGHAI_OFFSET_MS);
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    time: shown.toISOString().slice(11, 16),
  };
}

/** An instant as people read it, on Shanghai's clock: `2026年6月10日 12:00`. */
export function instantInWords(instant: Date | Instant, language: Language): string {
  const { year, month, day, time } = shanghaiClock(instant);
  return language === "zh"
    ? `${year}年${month}月${day}日 ${time}`
    : `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")} ${time} (Beijing time)`;
}

/** The instant at which the business day begins. */
export const startOfBusinessDay = (date: BusinessDate): Instant =>
  new Date(Date.parse(`${date}T00:00:00.000Z`) - SHANGHAI_OFFSET_MS).toISOString();

/** The day so many days later; earlier below 0. */
export const daysAfter = (date: BusinessDate, days: number): BusinessDate =>
  new Date(Date.parse(`${date}T00:00:00.000Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** True when year, month and day name a day that exists (no 30 February). */
export function isCalendarDate(date: string): boolean {
  const parsed = new Date(`${date}T00:00:00.000Z`);
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(date) &&
    !Number.isNaN(parsed.getTime()) &&
    parsed.toISOString().startsWith(date)
  );
}

/**
 * Full years of age (周岁) on a day. The birthday completes the year; who was born on 29 February completes it on
 * 1 March in a common year.
 */
export function ageOn(birthDate: BusinessDate, day: BusinessDate): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return day.slice(5) >= birthDate.slice(5) ? years : years - 1;
}
