import type { NoticeDue } from "#events/contracts/noticeDue.ts";
import { clock } from "#shared/platform/clock.ts";
import { env } from "#shared/platform/env.ts";
import { newId } from "#shared/platform/ids.ts";
import { log, traceOf } from "#shared/platform/logger.ts";
import { send } from "#shared/platform/queue.ts";

/**
 * Has notices that were just committed delivered at once instead of within a minute. What could not be sent is found
 * by the sweep, so a failure here is none of the caller's.
 */
export async function hurry(notices: readonly NoticeDue["data"][]): Promise<void> {
  try {
    for (const { personId, noticeId } of notices) {
      const message: NoticeDue = {
        specversion: "1.0",
        id: newId("msg"),
        source: "leyun/notices",
        type: "leyun.notice.due.v1",
        time: clock.now().toISOString(),
        data: { personId, noticeId },
      };
      await send(env().QUEUE_NOTICES, message);
    }
  } catch (error) {
    log("hurry-failed", { queue: "notices", trace: traceOf(error) });
  }
}
