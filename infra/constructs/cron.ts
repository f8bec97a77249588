import { Cron } from "croner";

/**
 * A schedule's five fields as EventBridge's six. Days of the week must be named (MON-FRI): the two count them
 * differently. Of day of month and day of week one must be left open, as EventBridge asks.
 */
export function eventBridgeCron(cron: string): string {
  const [minute, hour, dayOfMonth, month, dayOfWeek, ...rest] = cron.split(" ");
  if (!minute || !hour || !dayOfMonth || !month || !dayOfWeek || rest.length > 0)
    throw new Error(`"${cron}" does not have five fields`);
  if (/\d/.test(dayOfWeek)) throw new Error(`"${cron}": name the days of the week, such as MON-FRI`);
  if (dayOfMonth !== "*" && dayOfWeek !== "*")
    throw new Error(`"${cron}": give the day of month or the day of week, not both`);
  const days = dayOfWeek === "*" ? [dayOfMonth, month, "?"] : ["?", month, dayOfWeek];
  return `cron(${[minute, hour, ...days, "*"].join(" ")})`;
}

const HOUR_MS = 3_600_000;

/** The most hours between two runs of a schedule, over its next 60 runs of 2026. */
export function longestPauseHours(cron: string, timezone: string): number {
  const runs = new Cron(cron, { timezone, paused: true }).nextRuns(60, new Date("2026-01-01T00:00:00.000Z"));
  const pauses = runs.slice(1).map((run, at) => run.getTime() - (runs[at]?.getTime() ?? 0));
  return Math.ceil(Math.max(...pauses) / HOUR_MS);
}
