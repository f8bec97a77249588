import { type BusinessDate, businessDate, type Instant } from "#shared/platform/time.ts";

const DAY_MS = 86_400_000;

export const addDays = (date: BusinessDate, days: number): BusinessDate =>
  new Date(Date.parse(`${date}T00:00:00.000Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** 0 for Monday, 6 for Sunday. */
const weekday = (date: BusinessDate): number => (new Date(`${date}T00:00:00.000Z`).getUTCDay() + 6) % 7;

export const isWeekend = (date: BusinessDate): boolean => weekday(date) >= 5;

/** Monday of the week in Shanghai; the programme hangs on it, so that weekends stay weekends. */
export const mondayOf = (instant: Date): BusinessDate => {
  const today = businessDate(instant);
  return addDays(today, -weekday(today));
};

/** The instant at which Shanghai's clocks show this. */
export const shanghai = (date: BusinessDate, time: `${number}:${number}`): Instant =>
  new Date(`${date}T${time}:00.000+08:00`).toISOString();

export const addMinutes = (instant: Instant, minutes: number): Instant =>
  new Date(Date.parse(instant) + minutes * 60_000).toISOString();
