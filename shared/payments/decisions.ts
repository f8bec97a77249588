import type { PaymentCase } from "./model.ts";

/** What can be decided on a case, and whether a second person has to agree. */
export const decisions = {
  /** The provider is asked once more. */
  "ask-again": { kinds: ["unknown"], second: false },
  /** It was never paid: the provider says so by other means. */
  close: { kinds: ["unknown"], second: true },
  /** What came is given back. */
  refund: { kinds: ["wrong-amount", "unidentified"], second: true },
  /** It is for this payment. */
  identify: { kinds: ["unidentified"], second: true },
  /** The provider is sent the refund once more. */
  retry: { kinds: ["refund-failed"], second: false },
  /** The refund goes to the payer's account at a bank. */
  "by-bank": { kinds: ["refund-failed"], second: true },
  /** The payer has it: the provider says so by other means. */
  arrived: { kinds: ["unknown"], second: true },
  /** It came back: the provider says so by other means. It goes to the payer's account at a bank. */
  "came-back": { kinds: ["unknown"], second: true },
} as const satisfies Record<string, { kinds: readonly PaymentCase["kind"][]; second: boolean }>;

export type Decision = keyof typeof decisions;
