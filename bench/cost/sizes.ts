import type { Item } from "#shared/platform/database.ts";
import { isMap, sizeOf } from "#simulation/values.ts";

/** A byte, one for each pair of digits between the zeros before and behind, and one for a minus. */
function sizeOfNumber(value: number): number {
  if (value === 0) return 1;
  const digits = String(Math.abs(value));
  const pairs = digits.padStart(digits.length + (digits.length % 2), "0").replace(/(00)+$/, "").length / 2;
  return 1 + pairs + (value < 0 ? 1 : 0);
}

const countedOf = (value: number): number => 1 + Math.ceil(String(value).length / 2);

/** What the simulation counts for whole numbers beyond what they are charged for: it counts the zeros at their end. */
function surplusIn(value: unknown): number {
  if (typeof value === "number") return countedOf(value) - sizeOfNumber(value);
  const within = Array.isArray(value) ? value : isMap(value) ? Object.values(value) : [];
  return within.reduce((sum: number, one) => sum + surplusIn(one), 0);
}

/** Bytes to the last one, as DynamoDB Local counts them: a list of a hundred amounts is near some border or other. */
export const exactSizeOf = (item: Item): number => sizeOf(item) - surplusIn(item);
