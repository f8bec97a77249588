import { type Chain, checkEntries, checkMade, checkSegment, difference, fault } from "./checks.ts";
import type { Exported } from "./export.ts";
import { minus, movesOf, nothing, plus, sum } from "./fold.ts";
import { lineOf } from "./lines.ts";
import type { Turnover } from "./model.ts";
import type { Fault } from "./moneyMode.ts";
import type { Sealed, Segment } from "./segments.ts";

/** What an export came to. */
export interface ExportVerdict {
  ok: boolean;
  /** The file came to its end; a file that was cut short proves nothing of what is missing. */
  complete: boolean;
  entries: number;
  segments: number;
  accounts: number;
  /** Hash of the last segment: to be held against what the ledger publishes. */
  hash: string;
  firstFault?: Fault;
}

/**
 * Recomputes an exported ledger from its entries alone: no store, no network, no trust in whoever wrote it but for
 * the hash to compare at its end.
 */
export class ExportVerifier {
  #chain: Chain = { number: 0, hash: "", numbers: {} };
  #segment: Segment | undefined;
  #entries: Extract<Exported, { type: "entry" }>[] = [];
  readonly #totals = new Map<string, Turnover>();
  readonly #count = { entries: 0, segments: 0, accounts: 0 };
  #complete = false;
  #first: Fault | undefined;
  readonly #onSegment: (segment: Segment) => void;

  constructor(onSegment: (segment: Segment) => void = () => undefined) {
    this.#onSegment = onSegment;
  }

  read(one: Exported): void {
    if (this.#first) return;
    switch (one.type) {
      case "ledger":
        return;
      case "segment": {
        this.#endSegment();
        const { type: _, ...segment } = one;
        this.#segment = segment;
        return;
      }
      case "entry":
        this.#entries.push(one);
        return;
      case "account":
        this.#endSegment();
        this.#account(one);
        return;
      case "end":
        this.#endSegment();
        this.#end(one);
    }
  }

  verdict(): ExportVerdict {
    const { hash } = this.#chain;
    const found = this.#first && { firstFault: this.#first };
    return { ok: !this.#first && this.#complete, complete: this.#complete, ...this.#count, hash, ...found };
  }

  #endSegment(): void {
    const segment = this.#segment;
    if (!segment || this.#first) return;
    const items = this.#entries.map(({ item }) => item);
    const lines = items.map(lineOf);
    const sealed = lines.map(({ journalId, postedAt, businessDate }, at): Sealed => {
      const { number = 0, hash = "" } = this.#entries[at] ?? {};
      return { journalId, postedAt, businessDate, number, hash };
    });
    this.#first =
      checkSegment(this.#chain, segment, sealed) ??
      checkEntries(sealed, items) ??
      checkMade(this.#chain, segment, sealed, lines);
    if (this.#first) return;
    for (const [account, { moves }] of movesOf(lines, sealed))
      this.#totals.set(account, plus(this.#totals.get(account) ?? nothing, sum(moves)));
    const numbers = { ...this.#chain.numbers };
    for (const [period, run] of Object.entries(segment.numbers)) numbers[period] = run.first + run.count - 1;
    this.#chain = { number: segment.number, hash: segment.hash, numbers };
    this.#count.segments += 1;
    this.#count.entries += lines.length;
    this.#onSegment(segment);
    this.#segment = undefined;
    this.#entries = [];
  }

  #account({ account, debitFen, creditFen }: Extract<Exported, { type: "account" }>): void {
    const expected = this.#totals.get(account) ?? nothing;
    const differs = difference(expected, { debitFen, creditFen });
    this.#totals.set(account, minus(expected, { debitFen, creditFen }));
    this.#count.accounts += 1;
    if (differs !== undefined) this.#first ??= fault("balance-differs", `${account}${differs}`);
  }

  #end({ segments, entries, accounts }: Extract<Exported, { type: "end" }>): void {
    const differs = difference({ segments, entries, accounts }, this.#count);
    if (differs !== undefined) this.#first ??= fault("export-incomplete", `end${differs}`);
    for (const [account, left] of this.#totals)
      if (left.debitFen !== 0 || left.creditFen !== 0)
        this.#first ??= fault("account-missing", account, 0, left.debitFen - left.creditFen);
    this.#complete = true;
  }
}
