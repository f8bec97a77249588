import type { Database, Item } from "#shared/platform/database.ts";
import type { Instant } from "#shared/platform/time.ts";
import { atTheBeginning, turnoverAt } from "./asOf.ts";
import { mapAtOnce } from "./atOnce.ts";
import type { AuditPosition, Walk } from "./auditPosition.ts";
import { getAll, legsAfter, readHead, readWatermark } from "./books.ts";
import { checkEnd } from "./checkEnd.ts";
import { checkGuarded, checkHold, checkReversals, checkReversed } from "./checkGuarded.ts";
import { checkStrays } from "./checkStrays.ts";
import {
  checkEntries,
  checkGuardedLegs,
  checkLines,
  checkMade,
  checkSegment,
  difference,
  fault,
} from "./checks.ts";
import {
  accountKey,
  movesOf,
  nothing,
  plus,
  pointAfter,
  pointItem,
  pointOf,
  pointsPartition,
  type Registered,
  registerItem,
} from "./fold.ts";
import { guardedKey, guardedOf } from "./guarded.ts";
import { recordOf } from "./holdRecord.ts";
import { checkBalances, type Identity } from "./identities.ts";
import { entryOfItem, journalKey } from "./journal.ts";
import { emitLines, type Line, lineKey, lineOf, lineSort } from "./lines.ts";
import { balanceFen, books, effectFen, type Leg, type Turnover } from "./model.ts";
import type { Fault } from "./moneyMode.ts";
import { ROOTS, recomputeRoot } from "./roots.ts";
import { ordinal, type Sealed, sealedKey, segmentKey, segmentOf } from "./segments.ts";
import { listRegistered, trialBalance } from "./trialBalance.ts";

export interface Audit {
  /** Where to go on; `done` when everything was verified. */
  position: AuditPosition;
  entries: number;
  segments: number;
  /** Entries that no line told the sealer of: their lines were written now. */
  emitted: number;
  first?: Fault;
}

const PAGE = 500;
/** Few, since the controls among them are named in a cursor. */
const BOOK_PAGE = 20;
const CONTROL_PAGE = 100;

/** Thrown on the way to the one place that reports it. */
class Found extends Error {
  readonly found: Fault;
  constructor(found: Fault) {
    super(found.fault);
    this.found = found;
  }
}

function none(found: Fault | undefined): void {
  if (found) throw new Found(found);
}

/**
 * Recomputes everything that is derived from the journal and holds it against what is stored, item by item, so that
 * a difference says where it is. It reads consistently and writes nothing but lines that are missing.
 */
export class Auditor {
  readonly #db: Database;
  readonly #identities: readonly Identity[];
  readonly #now: Instant;
  #position: AuditPosition;
  /** Where it looks. */
  #at = "";
  /** The whole journal was searched for what the sealer was not told of. */
  #isSearched = false;
  readonly #counts = { entries: 0, segments: 0, emitted: 0 };

  private constructor(db: Database, identities: readonly Identity[], position: AuditPosition, now: Instant) {
    this.#db = db;
    this.#identities = identities;
    this.#position = position;
    this.#now = now;
  }

  /**
   * Begins at the first segment, or goes on where an earlier call ended.
   * @param now by which holds are over; without it they are not looked for
   */
  static async from(
    db: Database,
    identities: readonly Identity[],
    position?: AuditPosition,
    now: Instant = "",
  ): Promise<Auditor> {
    if (position) return new Auditor(db, identities, position, now);
    const watermark = await readWatermark(db);
    const head = await readHead(db);
    const begin: AuditPosition = {
      // What readers may read is never ahead of the head, unless somebody wrote it there.
      through: {
        segment: Math.min(watermark?.segment ?? 0, head?.number ?? 0),
        until: watermark?.until ?? "",
      },
      chain: { number: 0, hash: "", numbers: {} },
      stage: "segments",
    };
    return new Auditor(db, identities, begin, now);
  }

  /**
   * Verifies until everything is, a fault is found, or about so many entries and accounts were looked at; segments
   * only when no more is wanted.
   */
  async run(budget: number, wanted: "everything" | "segments" = "everything"): Promise<Audit> {
    let left = budget;
    const isDone = () =>
      this.#position.stage === "done" || (wanted === "segments" && this.#position.stage !== "segments");
    try {
      while (left > 0 && !isDone()) left -= Math.max(1, await this.#step());
    } catch (error) {
      return { position: this.#position, ...this.#counts, first: this.#foundIn(error) };
    }
    return { position: this.#position, ...this.#counts };
  }

  /** What cannot be read as what it should be is a fault of where this looks. */
  #foundIn(error: unknown): Fault {
    if (error instanceof Found) return error.found;
    if (!(error instanceof TypeError)) throw error;
    return fault("unreadable", this.#at);
  }

  #step(): Promise<number> {
    switch (this.#position.stage) {
      case "segments":
        return this.#segment();
      case "accounts":
        return this.#accounts();
      case "guarded":
        return this.#guardedItems();
      case "roots":
        return this.#roots();
      default:
        return this.#journal();
    }
  }

  async #segment(): Promise<number> {
    const { through, chain } = this.#position;
    if (chain.number >= through.segment) {
      this.#at = "HEAD";
      none(await checkEnd(this.#db, chain, this.#position.lastLine));
      const under = { book: 0, controls: [] };
      this.#position = { ...this.#position, stage: "accounts", under };
      return 1;
    }
    const number = chain.number + 1;
    const list = await this.#db.get({ table: "books", key: sealedKey(number), consistent: true });
    const place = `segment ${number}`;
    this.#at = `${place}/entries`;
    if (!list) throw new Found(fault("segment-missing", `${place}/entries`));
    const from = String(list["from"]);
    const item = await this.#db.get({ table: "books", key: segmentKey({ from, number }), consistent: true });
    if (!item) throw new Found(fault("segment-missing", `${place} from ${from}`));
    const segment = segmentOf(item);
    const sealed = list["entries"] as readonly Sealed[];
    none(checkSegment(chain, segment, sealed));
    const [images, lines] = await Promise.all([
      getAll(
        this.#db,
        "journal",
        sealed.map(({ journalId }) => journalKey(journalId)),
      ),
      getAll(this.#db, "books", sealed.map(lineKey)),
    ]);
    none(checkEntries(sealed, images));
    const made = (images as Item[]).map(lineOf);
    none(checkMade(chain, segment, sealed, made));
    none(checkLines(images as Item[], lines));
    await this.#points(number, made, sealed, segment.late === true);
    none(await checkStrays(this.#db, segment, made));
    none(await checkReversals(this.#db, images as Item[]));
    const numbers = { ...chain.numbers };
    for (const [period, run] of Object.entries(segment.numbers)) numbers[period] = run.first + run.count - 1;
    const end = made.at(-1);
    this.#position = {
      ...this.#position,
      chain: { number, hash: segment.hash, numbers },
      ...(!segment.late && end && { lastLine: lineSort(end) }),
    };
    this.#counts.segments += 1;
    this.#counts.entries += sealed.length;
    return sealed.length;
  }

  /** The accounts' points after a segment, each made from the one before. */
  async #points(
    number: number,
    lines: readonly Line[],
    sealed: readonly Sealed[],
    late: boolean,
  ): Promise<void> {
    const before = new Map<string, number>();
    const touched = [...movesOf(lines, sealed).values()];
    const faults = await mapAtOnce(touched, async ({ of, moves }) => {
      const { items } = await this.#db.query({
        table: "books",
        partition: pointsPartition(of.account),
        to: ordinal(number),
        descending: true,
        limit: 2,
        consistent: true,
      });
      const stands = items[0] && pointOf(items[0]).segment === number;
      const earlier = stands ? items[1] : items[0];
      const made = pointItem(pointAfter(earlier && pointOf(earlier), of.account, number, moves));
      if (of.guard !== undefined)
        before.set(of.account, earlier ? balanceFen(of.normal, pointOf(earlier)) : 0);
      const differs = difference(made, stands ? items[0] : undefined);
      if (differs !== undefined)
        return fault("balance-differs", `${of.account} after segment ${number}${differs}`);
      return earlier ? undefined : this.#registered(of);
    });
    none(faults.find((found) => found !== undefined));
    if (late || !checkGuardedLegs(lines, before, () => 0)) return;
    // What came before and is not sealed yet, or was sealed late, is missing here.
    const missing = await this.#unsealed(number);
    const missed = (account: string, version: number) =>
      missing
        .filter((leg) => leg.account === account && (leg.version ?? 0) < version)
        .reduce((sum, leg) => sum + effectFen(leg), 0);
    none(checkGuardedLegs(lines, before, missed));
  }

  async #registered(of: Registered): Promise<Fault | undefined> {
    const register = registerItem(of);
    const keys = [{ pk: String(register["pk"]), sk: String(register["sk"]) }, accountKey(of.account)];
    const [listed, found] = await getAll(this.#db, "books", keys);
    const differs = difference(register, listed) ?? difference({ ...accountKey(of.account), ...of }, found);
    return differs === undefined ? undefined : fault("register-differs", `${of.account}${differs}`);
  }

  /**
   * Legs that are not sealed up to a segment, although they may have been posted before it. The sealer may not even
   * know of them: then the whole journal is searched first, which a difference is worth.
   */
  async #unsealed(segment: number): Promise<Leg[]> {
    for (let after: Item | undefined; !this.#isSearched; ) {
      after = await this.#search(after);
      this.#isSearched = after === undefined;
    }
    return legsAfter(this.#db, segment);
  }

  get #moment() {
    const { segment, until } = this.#position.through;
    const watermark = { segment, hash: this.#position.chain.hash, until };
    return { asOf: until, watermark, last: segment, added: new Map<string, Turnover>() };
  }

  /** One page of the accounts: of what a control totals, or of a book. */
  async #accounts(): Promise<number> {
    const walk = this.#position.under ?? { book: 0, controls: [] };
    const [control, ...controls] = walk.controls;
    if (control !== undefined) return this.#totalled(control, { ...walk, controls });
    const book = books[walk.book];
    if (book === undefined) {
      none(await this.#sums());
      const { under: _, ...position } = this.#position;
      this.#position = { ...position, stage: "guarded" };
      return 1;
    }
    const { accounts, next } = await this.#page(book, BOOK_PAGE, walk.after);
    const found = accounts.filter(({ totals }) => totals).map(({ account }) => account);
    const place = next ? { book: walk.book, after: next } : { book: walk.book + 1 };
    this.#position = { ...this.#position, under: { ...place, controls: found } };
    return accounts.length;
  }

  /** A page of the accounts that a control totals; at their end they come to the control's own sums. */
  async #totalled(control: string, walk: Walk): Promise<number> {
    const { inner, ...rest } = walk;
    const { accounts, turnovers, next } = await this.#page(control, CONTROL_PAGE, inner?.after);
    const sum = turnovers.reduce(plus, inner?.sum ?? nothing);
    if (next) {
      const under = { ...rest, controls: [control, ...rest.controls], inner: { after: next, sum } };
      this.#position = { ...this.#position, under };
      return accounts.length;
    }
    const { debitFen, creditFen } = sum;
    const differs = difference(await turnoverAt(this.#db, control, this.#moment), { debitFen, creditFen });
    if (differs !== undefined) throw new Found(fault("control-differs", `${control}${differs}`));
    this.#position = { ...this.#position, under: rest };
    return accounts.length;
  }

  async #page(under: string, limit: number, after: Item | undefined) {
    const page = await listRegistered(this.#db, under, { limit, ...(after && { after }) });
    const turnovers = await mapAtOnce(page.accounts, ({ account }) =>
      turnoverAt(this.#db, account, this.#moment),
    );
    for (const [at, of] of page.accounts.entries())
      if (of.guard !== undefined) await this.#guarded(of, turnovers[at] ?? nothing);
    return { ...page, turnovers };
  }

  /** A guarded balance against the journal's, once nothing newer than what is sealed was posted to it. */
  async #guarded({ account, guard = "", normal }: Registered, turnover: Turnover): Promise<void> {
    this.#at = guard;
    const item = await this.#db.get({ table: "accounts", key: guardedKey(guard), consistent: true });
    if (!item) throw new Found(fault("guarded-missing", guard));
    const { balances, lastPostedAt } = guardedOf(item);
    if (lastPostedAt >= this.#position.through.until) return;
    const expected = balanceFen(normal, turnover);
    const found = balances[account];
    if (found !== expected && found !== expected + (await this.#unsealedFen(account)))
      throw new Found(fault("guarded-differs", `${guard}/balances/${account}`, expected, found));
  }

  /** What an account's balance is ahead of what is sealed. */
  readonly #unsealedFen = async (account: string): Promise<number> =>
    (await this.#unsealed(this.#position.through.segment))
      .filter((leg) => leg.account === account)
      .reduce((sum, leg) => sum + effectFen(leg), 0);

  async #sums(): Promise<Fault | undefined> {
    const lines = await trialBalance(this.#db, { opening: atTheBeginning, closing: this.#moment });
    return checkBalances(lines, this.#identities);
  }

  /** Guarded items that no sealed entry knows, holds and sums of reversals. */
  async #guardedItems(): Promise<number> {
    const { after } = this.#position;
    const page = await this.#db.scan({ table: "accounts", limit: 200, ...(after && { after }) });
    for (const item of page.items) {
      const pk = String(item["pk"]);
      this.#at = pk.replace("REV#", "reversals of ").replace("ACCOUNT#", "");
      if (pk.startsWith("ACCOUNT#"))
        none(await checkGuarded(this.#db, guardedOf(item), this.#moment, this.#unsealedFen));
      if (pk.startsWith("HOLD#") && this.#now !== "")
        none(await checkHold(this.#db, recordOf(pk.slice("HOLD#".length), item), this.#now));
      if (pk.startsWith("REV#")) none(await checkReversed(this.#db, pk.slice("REV#".length), item));
    }
    const { after: _, ...position } = this.#position;
    this.#position = page.next ? { ...position, after: page.next } : { ...position, stage: "roots" as const };
    return page.items.length;
  }

  /** A month of published roots, recomputed from their segments. */
  async #roots(): Promise<number> {
    const asked = { table: "books", partition: ROOTS, limit: 31, consistent: true } as const;
    const { after, ...position } = this.#position;
    const page = await this.#db.query({ ...asked, ...(after && { after }) });
    for (const { pk: _, sk, ...standing } of page.items) {
      const date = String(sk);
      const differs = difference(await recomputeRoot(this.#db, date), standing);
      if (differs !== undefined) throw new Found(fault("root-differs", `root of ${date}${differs}`));
    }
    this.#position = page.next ? { ...position, after: page.next } : { ...position, stage: "journal" };
    return page.items.length;
  }

  async #journal(): Promise<number> {
    const { after, ...position } = this.#position;
    const next = this.#isSearched ? undefined : await this.#search(after);
    this.#position = next ? { ...position, after: next } : { ...position, stage: "done" as const };
    return PAGE;
  }

  /** One page of the journal: what no line told the sealer of gets its line now, and is sealed late. */
  async #search(after: Item | undefined): Promise<Item | undefined> {
    const page = await this.#db.scan({ table: "journal", limit: PAGE, ...(after && { after }) });
    // Of a stretch that is being sealed, too: what comes now may belong before what is sealed of it.
    const { closing = "" } = (await readHead(this.#db)) ?? {};
    const due = page.items.filter((item) => entryOfItem(item).postedAt < closing);
    const keys = due.map((item) => lineKey(entryOfItem(item)));
    const lines = await getAll(this.#db, "books", keys);
    const missing = due.filter((_, at) => lines[at] === undefined);
    await emitLines(this.#db, missing);
    this.#counts.emitted += missing.length;
    return page.next;
  }
}
