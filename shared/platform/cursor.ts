import * as z from "zod";
import type { Item } from "./database.ts";
import { Refusal } from "./problem.ts";
import { problems } from "./problems.ts";
import { readSigned, sign } from "./signed.ts";

/** The query parameters of every list: `limit` 1-100 and the opaque cursor of the page before. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(100).default(20).meta({ description: "How many, 1-100" }),
  cursor: z.string().max(2_000).optional().meta({ description: "nextCursor of the page before" }),
};

/** A page of a list. `nextCursor` is absent on the last page. */
export const page = <Entry extends z.ZodType>(entry: Entry) =>
  z.object({ items: z.array(entry), nextCursor: z.string().optional() });

/**
 * Signs a position so that only the same list of the same reader accepts it.
 * @param scope the list it belongs to: operation, tenant and filters
 */
export const signCursor = async (
  scope: readonly string[],
  position: Item | undefined,
): Promise<string | undefined> => position && sign("cursor", scope, position);

/** The position a cursor stands for. Refuses `invalid-cursor` when it was altered or belongs to another list. */
export async function readCursor(
  scope: readonly string[],
  cursor: string | undefined,
): Promise<Item | undefined> {
  if (cursor === undefined) return undefined;
  const position = await readSigned<Item>("cursor", scope, cursor);
  if (!position) throw new Refusal(problems.invalidCursor);
  return position;
}
