import { env } from "#shared/platform/env.ts";
import { runJob } from "./localRoutes.ts";

const EVERY_MS = 1_000;
/** Longer than a segment takes to be due: what was posted at its end has then been sealed for certain. */
const SPARE_MS = 3_000;

/**
 * Seals the ledger every second as long as something posted is not sealed for certain: whoever tries the service on
 * one machine does not wait for the minute's tick, and a service that nobody uses does nothing.
 */
export function sealWhilePosting(seal: () => Promise<unknown> = () => runJob("sealLedger")): {
  posted(): void;
  stop(): Promise<void>;
} {
  let timer: NodeJS.Timeout | undefined;
  let until = 0;
  let running: Promise<unknown> | undefined;
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };
  const tick = () => {
    if (Date.now() > until) return stop();
    // A slow run is not overtaken by the next.
    running ??= seal()
      .catch(console.error)
      .finally(() => {
        running = undefined;
      });
  };
  return {
    posted() {
      until = Date.now() + env().LEDGER_SEAL_DELAY_SECONDS * 1_000 + SPARE_MS;
      timer ??= setInterval(tick, EVERY_MS);
    },
    async stop() {
      stop();
      await running;
    },
  };
}
