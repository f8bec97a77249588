import { log } from "#shared/platform/logger.ts";
import type { Outcome } from "./port.ts";
import type { Channel } from "./template.ts";

/** What a provider's code means to us. */
export interface Meaning {
  /** In the words of the port. */
  reason: string;
  permanent: boolean;
  /** Not the person's address but our account, template or request: somebody here has to look. */
  ours?: true;
}

/** A code as it may be logged. */
const readable = (code: string): string => (/^[\w.-]{1,80}$/.test(code) ? code : "unreadable");

/** A definite no of a provider. It carries the code and nothing of the sentence beside it, which may name a person. */
export class ProviderSaidNo extends Error {
  readonly code: string;

  constructor(code: string | number) {
    super("the provider refused");
    this.code = String(code);
    // Of an error the log shows its name alone.
    this.name = `ProviderSaidNo(${readable(this.code)})`;
  }
}

/** The refusal that a code means; logged where it is for a reason that is ours. */
export function refused(channel: Channel, code: string, { reason, permanent, ours }: Meaning): Outcome {
  if (ours) log("provider-refuses", { channel, code: readable(code) });
  return { outcome: "refused", reason, permanent };
}
