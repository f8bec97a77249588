import type { Item, Part } from "#shared/platform/database.ts";
import type { Bilingual } from "#shared/platform/problem.ts";
import type { Approval } from "./store.ts";

/** Something that one person asks for and another decides. */
export interface Act {
  name: string;
  title: Bilingual;
  /** How things stand, and would stand after it; refuses what cannot be done any more. */
  preview(approval: Approval): Promise<{ before: Item; after: Item }>;
  /** Does it, with the decision's own parts in the same write. */
  carryOut(approval: Approval, decision: readonly Part[]): Promise<void>;
}

/** What a context's operation puts before a second person. */
export interface Proposal {
  act: string;
  subject: string;
  reason: string;
  payload: Item;
}
