import { Cron } from "croner";
import { schedules } from "#events/schedules.ts";
import { send } from "#shared/platform/queue.ts";
import type { Parts } from "./parts/index.ts";
import type { LocalClock } from "./service.ts";

/**
 * EventBridge Scheduler on one machine: at each minute of the service's clock sends the payload of the schedules
 * that are due. A clock that was moved forward runs what it passed over once. Returns how to stop.
 */
export function runSchedules(parts: Parts, clock: LocalClock): () => Promise<void> {
  const crons = schedules.map((schedule) => ({
    schedule,
    cron: new Cron(schedule.cron, { timezone: schedule.timezone, paused: true }),
  }));
  let seen = clock.now();
  const timer = setInterval(() => {
    const now = clock.now();
    for (const { schedule, cron } of crons) {
      const due = cron.nextRun(seen);
      if (due && due <= now) send(parts.queueUrl(schedule.queue), schedule.payload).catch(console.error);
    }
    seen = now;
  }, 1_000);
  return async () => clearInterval(timer);
}
