import { timingSafeEqual } from "node:crypto";
import * as z from "zod";
import type { Item } from "./database.ts";
import { Refusal } from "./problem.ts";
import { problems } from "./problems.ts";
import { reference } from "./secrets.ts";

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
export async function signCursor(
  scope: readonly string[],
  position: Item | undefined,
): Promise<string | undefined> {
  if (!position) return undefined;
  const text = JSON.stringify(position);
  const mac = await reference("cursor", text, ...scope);
  return `${Buffer.from(text).toString("base64url")}.${mac.subarray(0, 16).toString("base64url")}`;
}

/** The position a cursor stands for. Refuses `invalid-cursor` when it was altered or belongs to another list. */
export async function readCursor(
  scope: readonly string[],
  cursor: string | undefined,
): Promise<Item | undefined> {
  if (cursor === undefined) return undefined;
  const [body = "", signature = ""] = cursor.split(".");
  const text = Buffer.from(body, "base64url").toString();
  const expected = (await reference("cursor", text, ...scope)).subarray(0, 16);
  const given = Buffer.from(signature, "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new Refusal(problems.invalidCursor);
  return JSON.parse(text) as Item;
}
