import type { Part } from "#shared/platform/database.ts";
import type { Payment, Purpose } from "./model.ts";

/**
 * What being paid means to whoever it is paid for. Parts are written with the posting; a part that refuses, or
 * `late`, means that it is not taken any more, and the money is given back.
 */
export interface Taking {
  take(payment: Payment, now: Date): Promise<readonly Part[] | "late">;
}

/** The thing that is paid for takes no money any more. Refuse a part with it. */
export class NotTaken extends Error {
  override readonly name = "NotTaken";
}

/** By purpose. Money in time is taken; what it is for adds what follows from it. */
const takings: Readonly<Record<Purpose, Taking>> = {
  fees: { take: async () => [] },
  cards: { take: async () => [] },
};

export const takingOf = ({ for: { purpose } }: Payment): Taking => takings[purpose];
