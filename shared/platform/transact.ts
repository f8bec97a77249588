import { Contended, type Failed, type Part, Unavailable } from "./database.ts";

/** What became of one sending of a transaction. */
export type Sent =
  | { outcome: "committed" }
  /** Conditions did not hold; nothing was written. */
  | { outcome: "refused"; failed: Failed }
  /** Others wrote the same items, these among the parts, or the store was too busy; nothing was written. */
  | { outcome: "conflict"; at: readonly number[]; cause: unknown }
  /** No answer came: it may have been written. */
  | { outcome: "unknown"; cause: unknown };

/** Time and chance of whoever sends: the machine's own in service, a seeded world's in proofs. */
export interface Pace {
  sleep(milliseconds: number): Promise<void>;
  random(): number;
  /** A new token, under which the store executes a transaction at most once within ten minutes. */
  token(): string;
}

const ATTEMPTS = 10;
/** After so many sendings without an answer the caller is told that the store is away. */
const UNANSWERED = 4;

/** Full jitter between 0 and 25 ms to 1 s, so that writers of one item spread out. */
export const backOff = ({ sleep, random }: Pace, attempt: number): Promise<void> =>
  sleep(random() * Math.min(1_000, 25 * 2 ** attempt));

/**
 * Sends a transaction until it is known what became of it: answers which conditions did not hold, none when it is
 * committed. A conflict is sent again as a new transaction; one without an answer under its own token, so that it
 * is executed at most once. Throws {@link Contended} or {@link Unavailable}.
 * @param tries how often a conflict is met before it is called contention
 */
export async function transact(
  send: (token: string) => Promise<Sent>,
  pace: Pace,
  tries = ATTEMPTS,
): Promise<Failed> {
  let token = pace.token();
  let unanswered = 0;
  for (let attempt = 1; ; attempt += 1) {
    const sent = await send(token);
    switch (sent.outcome) {
      case "committed":
        return new Map();
      case "refused":
        return sent.failed;
      case "conflict":
        if (attempt - unanswered >= tries) throw new Contended("others write the same items", sent);
        token = pace.token();
        break;
      case "unknown":
        unanswered += 1;
        if (unanswered >= UNANSWERED)
          throw new Unavailable("the store did not answer", { cause: sent.cause });
    }
    await backOff(pace, attempt);
  }
}

/** Throws the error of the first part whose condition did not hold, in the order of the parts. */
export function refuseFailed(parts: readonly Part[], failed: Failed): void {
  const [index] = [...failed.keys()].sort((a, b) => a - b);
  if (index === undefined) return;
  const refused = parts[index]?.refused;
  throw refused ? refused(failed.get(index)) : new Error(`the condition of part ${index} has no meaning`);
}
