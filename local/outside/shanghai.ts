const OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

/** The wall clock in Shanghai at an instant: `2026-11-24` and `09:30:15`. */
export function wallClock(instant: Date | string): { date: string; time: string } {
  const shifted = new Date(new Date(instant).getTime() + OFFSET_MS).toISOString();
  return { date: shifted.slice(0, 10), time: shifted.slice(11, 19) };
}

/** The instant of a wall clock in Shanghai. */
export const atShanghai = (date: string, time: string): Date => new Date(`${date}T${time}+08:00`);

export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);

/** A day that the calendar has. */
export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && addDays(text, 0) === text;
