import { ledger } from "#shared/ledger/ledger.ts";
import { emitLines } from "#shared/ledger/lines.ts";
import type { Item } from "#shared/platform/database.ts";

const { db } = ledger;

const key = { pk: "FLAG#rebuilding", sk: "FLAG" };

/** While the books are cleared and their lines written again nobody seals and nobody verifies. */
export const isRebuilding = async (): Promise<boolean> =>
  (await db.get({ table: "accounts", key, consistent: true }))?.["rebuilding"] === true;

const mark = (rebuilding: boolean): Promise<void> =>
  db.writeHints("accounts", [{ ...key, rebuilding, since: ledger.now().toISOString() }], []);

/** Where a rebuild is: it forgets the books first, then tells the sealer of every entry of the journal again. */
export interface RebuildPosition {
  phase: "forget" | "tell";
  after?: Item | undefined;
}

const PAGE = 500;

async function forgetPage(after: Item | undefined): Promise<Item | undefined> {
  const page = await db.scan({ table: "books", limit: PAGE, ...(after && { after }) });
  const keys = page.items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
  await db.writeHints("books", [], keys);
  return page.next;
}

async function tellPage(after: Item | undefined): Promise<Item | undefined> {
  const page = await db.scan({ table: "journal", limit: PAGE, ...(after && { after }) });
  await emitLines(db, page.items);
  return page.next;
}

/**
 * Rebuilds everything that is derived from the journal: the sealer then seals it again, with the same cuts, numbers
 * and hashes. Goes on with a phase for as long as `mayGoOn` says and answers what is next; nothing at the end.
 */
export async function rebuild(
  from: RebuildPosition,
  mayGoOn: () => boolean,
): Promise<RebuildPosition | undefined> {
  const { phase } = from;
  let { after } = from;
  await mark(true);
  do after = await (phase === "forget" ? forgetPage(after) : tellPage(after));
  while (after && mayGoOn());
  if (after) return { phase, after };
  if (phase === "forget") return { phase: "tell" };
  await mark(false);
  return undefined;
}
