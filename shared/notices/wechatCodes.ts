import type { Meaning } from "./refusals.ts";

/**
 * What WeChat's codes mean. Where it is our account or request that is wrong, the next channel is a better answer to who
 * waits for the message than to ask again.
 */
const meanings: readonly { codes: readonly number[]; means: Meaning }[] = [
  { codes: [-1], means: { reason: "busy", permanent: false } },
  { codes: [45_009, 45_011, 43_108], means: { reason: "too-often", permanent: false } },
  { codes: [43_101], means: { reason: "not-subscribed", permanent: true } },
  { codes: [40_003], means: { reason: "unknown-address", permanent: true } },
  { codes: [45_168], means: { reason: "content", permanent: true, ours: true } },
  { codes: [40_037, 41_030, 47_003], means: { reason: "request", permanent: true, ours: true } },
];

/** The access token is not, or no longer, what WeChat takes. */
export const isStale = (code: string): boolean => ["40001", "40014", "42001"].includes(code);

/** Any other code is one of our account, or one that somebody has to look at. */
export const meaningOf = (code: string): Meaning =>
  meanings.find(({ codes }) => codes.includes(Number(code)))?.means ?? {
    reason: "account",
    permanent: true,
    ours: true,
  };
