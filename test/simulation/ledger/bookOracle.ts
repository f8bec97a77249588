import type { Point, Watermark } from "#shared/ledger/fold.ts";
import type { Line } from "#shared/ledger/lines.ts";
import type { Entry, Leg, Turnover } from "#shared/ledger/model.ts";
import type { Head, Sealed, Segment } from "#shared/ledger/segments.ts";
import type { Item } from "#shared/platform/database.ts";
import { type Committed, type Oracle, same, textOf } from "./oracle.ts";

interface Kept {
  segment: Segment;
  sealed: readonly Sealed[];
  /** What every account it touches comes to with it, as the point of the segment must say. */
  totals: ReadonlyMap<string, Turnover>;
}

const accountsOf = ({ account, control }: Leg): string[] => [
  account,
  ...(control === undefined ? [] : [control]),
];

/** Writes of which the second must be as the first: whoever makes them makes them of the same. */
const settled =
  /^(LINES|MINUTES|BEGINNING|SEGMENTS|SEALED|POINTS|REGISTER|ACCOUNT|LATE|LATE-ENTRIES|LATE-LINES|DATED-BACK)(#|$)/;

/** The part of the oracle that watches what is derived from the journal: segments, points, and who may read them. */
export class BookOracle {
  readonly segments: Kept[] = [];
  /** Segment by entry. */
  readonly sealed = new Map<string, number>();
  readonly #oracle: Oracle;
  readonly #numbers = new Map<string, number>();
  readonly #totals = new Map<string, Turnover>();
  readonly #points = new Map<string, Point>();
  readonly #marked = new Set<string>();
  #head: Head | undefined;
  #watermark: Watermark = { segment: 0, hash: "", until: "" };

  constructor(oracle: Oracle) {
    this.#oracle = oracle;
  }

  get watermark(): Watermark {
    return this.#watermark;
  }

  see(committed: Committed): void {
    const books = committed.filter(({ table }) => table === "books");
    const find = (family: string) => books.find(({ key }) => key.pk.startsWith(family));
    for (const { key, before, after } of books) {
      if (key.pk === "LATE-LINES") this.#seeMarker(key.sk, after);
      else this.#oracle.tell(after !== undefined, () => `${key.pk} ${key.sk} was removed`);
      if (before && after && settled.test(key.pk))
        this.#oracle.tell(
          same(before, after),
          () => `${key.pk} ${key.sk} was written over: ${textOf(after)}`,
        );
      if (!after) continue;
      if (key.pk.startsWith("LINES#")) this.#seeLine(after as unknown as Line);
      if (key.pk.startsWith("POINTS#"))
        this.#points.set(`${after["account"]} ${after["segment"]}`, after as unknown as Point);
    }
    const [segment, list, head] = [find("SEGMENTS#"), find("SEALED#"), find("HEAD")];
    if (segment?.after && !segment.before) {
      this.#oracle.tell(head !== undefined, () => `a segment was written apart from the head`);
      const sealed = (list?.after?.["entries"] ?? []) as readonly Sealed[];
      this.#seeSegment(segment.after as unknown as Segment, sealed);
      const record = committed.find(({ key }) => key.pk === "LATE-SEGMENTS")?.after;
      const late = segment.after["late"] ? sealed.map(({ journalId }) => journalId) : undefined;
      const recorded = (record?.["lines"] as readonly Sealed[] | undefined)?.map(
        ({ journalId }) => journalId,
      );
      this.#oracle.tell(
        same(late, recorded),
        () => `${textOf(late)} came late, ${textOf(recorded)} is recorded`,
      );
    }
    if (head?.after) this.#seeHead(head.after as unknown as Head);
    const watermark = find("WATERMARK")?.after;
    if (watermark) this.#seeWatermark(watermark as unknown as Watermark);
  }

  #seeMarker(sort: string, after: Item | undefined): void {
    if (after) this.#marked.add(sort);
    else this.#marked.delete(sort);
  }

  #seeLine({ journalId, legs, postedAt, businessDate }: Line): void {
    const entry = this.#oracle.entries.get(journalId);
    this.#oracle.tell(
      same([legs, postedAt, businessDate], [entry?.legs, entry?.postedAt, entry?.businessDate]),
      () => `the line of ${journalId} is not as it was posted`,
    );
  }

  #seeSegment(segment: Segment, sealed: readonly Sealed[]): void {
    const last = this.segments.at(-1)?.segment;
    const { number, previous, count, from, until, late } = segment;
    const place = `segment ${number}`;
    this.#oracle.tell(number === (last?.number ?? 0) + 1, () => `${place} follows ${last?.number}`);
    this.#oracle.tell(previous === (last?.hash ?? ""), () => `${place} is not bound to the one before`);
    this.#oracle.tell(from >= (last?.from ?? ""), () => `${place} begins before ${last?.number} does`);
    this.#oracle.tell(
      count === sealed.length && count > 0,
      () => `${place} counts ${count} of ${sealed.length}`,
    );
    const touched = new Set<string>();
    for (const one of sealed) {
      const entry = this.#oracle.entries.get(one.journalId);
      if (!entry) {
        this.#oracle.violate(`${place} holds ${one.journalId}, which was not posted`);
        continue;
      }
      const inTime = late === true || (one.postedAt >= from && one.postedAt < until);
      this.#oracle.tell(
        inTime && one.postedAt === entry.postedAt && one.businessDate === entry.businessDate,
        () => `${place} holds ${one.journalId} of ${entry.postedAt}`,
      );
      this.#seeSealed(one, number);
      for (const leg of entry.legs)
        for (const account of accountsOf(leg)) {
          touched.add(account);
          this.#add(account, leg);
        }
    }
    const totals = new Map([...touched].map((account) => [account, this.#totals.get(account) as Turnover]));
    this.segments.push({ segment, sealed, totals });
  }

  #seeSealed({ journalId, businessDate, number }: Sealed, segment: number): void {
    const earlier = this.sealed.get(journalId);
    this.#oracle.tell(earlier === undefined, () => `${journalId} is in segments ${earlier} and ${segment}`);
    this.sealed.set(journalId, segment);
    const period = businessDate.slice(0, 7);
    const last = this.#numbers.get(period) ?? 0;
    this.#oracle.tell(
      number === last + 1,
      () => `${journalId} has number ${number} of ${period} after ${last}`,
    );
    this.#numbers.set(period, number);
  }

  #add(account: string, { side, amountFen }: Leg): void {
    const { debitFen, creditFen } = this.#totals.get(account) ?? { debitFen: 0, creditFen: 0 };
    this.#totals.set(account, {
      debitFen: debitFen + (side === "debit" ? amountFen : 0),
      creditFen: creditFen + (side === "credit" ? amountFen : 0),
    });
  }

  /** The head says where the chain ends, and nothing in it goes back. */
  #seeHead(head: Head): void {
    const last = this.segments.at(-1)?.segment;
    this.#oracle.tell(
      head.number === (last?.number ?? 0) && head.hash === (last?.hash ?? ""),
      () => `the head is at ${head.number}, the chain at ${last?.number}`,
    );
    for (const name of ["number", "until", "closing"] as const) {
      const was = this.#head?.[name] ?? (name === "number" ? 0 : "");
      this.#oracle.tell(
        head[name] >= was,
        () => `the head went back in ${name} from ${was} to ${head[name]}`,
      );
    }
    this.#head = head;
  }

  /** Who may read up to a segment finds its points. */
  #seeWatermark(watermark: Watermark): void {
    const was = this.#watermark;
    const { segment, until } = watermark;
    this.#oracle.tell(
      segment >= was.segment && until >= was.until,
      () => `the watermark went back from ${was.segment} ${was.until} to ${segment} ${until}`,
    );
    for (const { segment: at, totals } of this.segments.slice(was.segment, segment))
      for (const [account, { debitFen, creditFen }] of totals) {
        const point = this.#points.get(`${account} ${at.number}`);
        this.#oracle.tell(
          point?.debitFen === debitFen && point.creditFen === creditFen,
          () =>
            `${account} comes to ${debitFen} and ${creditFen} in ${at.number}, its point is ${textOf(point)}`,
        );
      }
    this.#watermark = { segment, hash: watermark.hash, until };
  }

  /** Whether all that was posted is sealed and can be read. */
  get isAtRest(): boolean {
    return (
      this.sealed.size === this.#oracle.entries.size &&
      this.#watermark.segment === this.segments.length &&
      this.#marked.size === 0
    );
  }

  /** In the end each entry is in one segment. */
  end(): void {
    for (const id of this.#oracle.entries.keys())
      this.#oracle.tell(this.sealed.has(id), () => `${id} was never sealed`);
    this.#oracle.tell(this.#marked.size === 0, () => `${this.#marked.size} late lines wait for ever`);
    this.#oracle.tell(
      this.#watermark.segment === this.segments.length,
      () => `segment ${this.segments.length} was never published`,
    );
  }

  /** The entries of the first segments, in the order in which they were sealed. */
  *entriesThrough(segment: number): Generator<{ entry: Entry; sealed: Sealed; segment: number }> {
    for (const { segment: at, sealed } of this.segments.slice(0, segment))
      for (const one of sealed) {
        const entry = this.#oracle.entries.get(one.journalId);
        if (entry) yield { entry, sealed: one, segment: at.number };
      }
  }
}
