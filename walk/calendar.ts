const HOUR = 3_600_000;
const SHANGHAI = 8 * HOUR;
export const DAY = 24 * HOUR;

/** An instant so many milliseconds later. */
export const after = (instant: Date, milliseconds: number): Date =>
  new Date(instant.getTime() + milliseconds);
export const hours = (count: number): number => count * HOUR;
export const minutes = (count: number): number => count * 60_000;

/** The next time it is so many o'clock in Beijing. */
export function nextAt(now: Date, hour: number): Date {
  const midnight = Math.floor((now.getTime() + SHANGHAI) / DAY) * DAY - SHANGHAI;
  const today = new Date(midnight + hours(hour));
  return today > now ? today : after(today, DAY);
}

/** `2026-06-10 12:00` as clocks in Beijing show it. */
export const beijing = (instant: Date | string): string =>
  new Date(new Date(instant).getTime() + SHANGHAI).toISOString().slice(0, 16).replace("T", " ");

/** `YYYY-MM-DD` in Beijing. */
export const beijingDate = (instant: Date): string => beijing(instant).slice(0, 10);
