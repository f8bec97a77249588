import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { sealWhilePosting } from "#local/sealing.ts";
import { env } from "#shared/platform/env.ts";

const delay = env().LEDGER_SEAL_DELAY_SECONDS;
const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("seals every second from a posting until it is sealed for certain, and not when nothing is posted", async () => {
  const seal = vi.fn(async () => true);
  const sealing = sealWhilePosting(seal);
  await seconds(60);
  expect(seal).not.toHaveBeenCalled();
  sealing.posted();
  await seconds(2);
  expect(seal).toHaveBeenCalledTimes(2);
  // Another posting meanwhile: it goes on for as long as if that had been the first.
  sealing.posted();
  await seconds(1_000);
  expect(seal).toHaveBeenCalledTimes(2 + delay + 3);
  sealing.posted();
  await seconds(1);
  expect(seal).toHaveBeenCalledTimes(2 + delay + 3 + 1);
  await sealing.stop();
  await seconds(60);
  expect(seal).toHaveBeenCalledTimes(2 + delay + 3 + 1);
  expect(vi.getTimerCount()).toBe(0);
});

it("does not overtake a run that is slow, and waits for it at the end", async () => {
  const slow = Promise.withResolvers<boolean>();
  const seal = vi.fn(() => slow.promise);
  const sealing = sealWhilePosting(seal);
  sealing.posted();
  await seconds(5);
  expect(seal).toHaveBeenCalledTimes(1);
  const stopped = vi.fn();
  const stopping = sealing.stop().then(stopped);
  await seconds(1);
  expect(stopped).not.toHaveBeenCalled();
  slow.resolve(true);
  await stopping;
  expect(stopped).toHaveBeenCalled();
});
