import { businessDate, daysAfter, type Instant, startOfBusinessDay } from "#shared/platform/time.ts";

/**
 * Answers of events that ended before this instant are removed now: in the night in which so many days have passed
 * since the event's last day.
 */
export const endedBefore = (days: number, now: Date): Instant =>
  startOfBusinessDay(daysAfter(businessDate(now), 1 - days));
