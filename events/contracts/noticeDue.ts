import * as z from "zod";

/** A notice is to be delivered to a person; what it says is kept in the inbox. CloudEvents 1.0. */
export const noticeDue = z.object({
  specversion: z.literal("1.0"),
  id: z.string(),
  source: z.literal("leyun/notices"),
  type: z.literal("leyun.notice.due.v1"),
  time: z.iso.datetime(),
  data: z.object({ personId: z.string(), noticeId: z.string() }),
});

export type NoticeDue = z.output<typeof noticeDue>;
