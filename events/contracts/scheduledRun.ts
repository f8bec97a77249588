import * as z from "zod";

/** A schedule's tick. A job sweeps by state, so a tick may come late, twice or not at all. */
export const scheduledRun = z.object({
  type: z.literal("leyun.schedule.v1"),
  job: z.string(),
});

export type ScheduledRun = z.infer<typeof scheduledRun>;
