import { emitLines } from "#shared/ledger/lines.ts";
import { Sealer } from "#shared/ledger/seal.ts";
import type { Item } from "#shared/platform/database.ts";
import { simulatedDatabase } from "#simulation/store.ts";
import { World } from "#simulation/world.ts";
import type { Scene } from "./scene.ts";

/** What only tells where a sealer is, or that it has something to do. */
const passing = /^(HEAD|WATERMARK|BEGINNING|LATE-LINES)$/;

const kept = (items: Iterable<Item>): Record<string, Item> =>
  Object.fromEntries(
    [...items]
      .filter(({ pk }) => !passing.test(String(pk)))
      .map((item) => [`${item["pk"]} ${item["sk"]}`, item] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/**
 * Makes the books again in an empty table, from the journal and what lies beside the books, with the lines written
 * in another order than they came.
 */
export async function rebuilt({ db, world, sealing, now }: Scene): Promise<{
  was: Record<string, Item>;
  is: Record<string, Item>;
}> {
  const again = new World(world.seed + 1);
  const copy = simulatedDatabase(again);
  for (const table of ["journal", "accounts"] as const)
    await copy.writeHints(table, [...db.items(table)], []);
  const images = [...db.items("journal")];
  for (let at = images.length - 1; at > 0; at -= 1) {
    const other = Math.floor(again.random() * (at + 1));
    [images[at], images[other]] = [images[other] as Item, images[at] as Item];
  }
  await emitLines(copy, images);
  await again.run(() => new Sealer(copy, sealing).run(now()));
  return { was: kept(db.items("books")), is: kept(copy.items("books")) };
}
