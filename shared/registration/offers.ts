import { businessDate, type Instant, startOfBusinessDay } from "#shared/platform/time.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * Until when a place offered now is kept: so many minutes, of which only those between the two hours of each day in
 * Asia/Shanghai count, and no longer than `atMost`.
 */
export function offerDeadline(
  now: Date,
  { minutes, fromHour, toHour }: { minutes: number; fromHour: number; toHour: number },
  atMost: Instant = "9999",
): Instant {
  let left = minutes * MINUTE_MS;
  let at = now.getTime();
  for (let day = Date.parse(startOfBusinessDay(businessDate(now))); ; day += DAY_MS) {
    const from = Math.max(at, day + fromHour * HOUR_MS);
    const room = Math.max(0, day + toHour * HOUR_MS - from);
    if (left <= room) {
      const deadline = new Date(from + left).toISOString();
      return deadline < atMost ? deadline : atMost;
    }
    left -= room;
    at = day + DAY_MS;
  }
}
