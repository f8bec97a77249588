import { creditCodeCheck } from "#shared/merchants/creditCode.ts";

/**
 * An invented 统一社会信用代码 with a valid check character, of an enterprise in the unassigned area 320599.
 * @param order 0-9999999: the how-manieth
 */
export function creditCode(order: number): string {
  const body = `91320599MA${String(order).padStart(7, "0")}`;
  return body + creditCodeCheck(body);
}
