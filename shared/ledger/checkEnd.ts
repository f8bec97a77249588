import type { Database } from "#shared/platform/database.ts";
import { readHead, readOne, readWatermark } from "./books.ts";
import { type Chain, difference, fault } from "./checks.ts";
import { lineSort } from "./lines.ts";
import type { Fault } from "./moneyMode.ts";
import { type Head, type Sealed, sealedKey, segmentKey, segmentOf } from "./segments.ts";

/** The head against the segment it names. */
async function checkHead(db: Database, head: Head, lastLine: string | undefined): Promise<Fault | undefined> {
  const { number, from, hash, until, closing, last } = head;
  if (!(until <= closing)) return fault("head-differs", "HEAD/until", `at most ${closing}`, until);
  if (number === 0) return undefined;
  const [header, list] = await Promise.all([
    readOne(db, segmentKey({ from, number })),
    readOne(db, sealedKey(number)),
  ]);
  const segment = header && segmentOf(header);
  if (segment?.hash !== hash) return fault("head-differs", "HEAD/number", hash, segment?.hash ?? "nothing");
  const end = (list?.["entries"] as readonly Sealed[] | undefined)?.at(-1);
  const expected = segment.late || !end ? lastLine : lineSort(end);
  if (expected !== undefined && expected !== last) return fault("head-differs", "HEAD/last", expected, last);
  return undefined;
}

/**
 * The chain's end as the sealer and the readers know it. The watermark is read before the head and after it, so that
 * a sealer at work is no fault: what was folded before is not ahead of the head, and the head is at most one segment
 * ahead of what is folded after.
 * @param lastLine of the last segment that did not come late, where it is known
 */
export async function checkEnd(
  db: Database,
  chain: Chain,
  lastLine: string | undefined,
): Promise<Fault | undefined> {
  const before = await readWatermark(db);
  const head = await readHead(db);
  const after = await readWatermark(db);
  if (!head) return chain.number > 0 || before ? fault("head-missing", "HEAD") : undefined;
  const differs = await checkHead(db, head, head.number === chain.number ? lastLine : undefined);
  if (differs) return differs;
  if (!(head.number >= chain.number)) return fault("head-differs", "HEAD/number", chain.number, head.number);
  if (head.number === chain.number) {
    const { number, hash, numbers } = head;
    const place = difference(chain, { number, hash, numbers });
    if (place !== undefined) return fault("head-differs", `HEAD${place}`);
  }
  if (before && !(before.segment <= head.number && before.until <= head.until))
    return fault("watermark-differs", "WATERMARK/segment", `at most ${head.number}`, before.segment);
  if (!((after?.segment ?? 0) >= head.number - 1))
    return fault("watermark-differs", "WATERMARK/segment", head.number, after?.segment ?? "nothing");
  if (after?.segment === chain.number && chain.number > 0 && after.hash !== chain.hash)
    return fault("watermark-differs", "WATERMARK/hash", chain.hash, after.hash);
  return undefined;
}
