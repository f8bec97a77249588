import type { Item, Part } from "#shared/platform/database.ts";
import type { LaneMemory } from "./laneMemory.ts";
import type { Allotment, Holder } from "./model.ts";
import type { Guard, TakeRequest } from "./request.ts";

/** What is known when a batch is put together. */
export interface Known {
  allotment: Allotment;
  memory: LaneMemory;
  holderOf(holder: string): Holder | undefined;
  guardOf(guard: Guard): Item | undefined;
  now: Date;
  /** When this call began, in epoch milliseconds. */
  begun: number;
  random(): number;
  /** Whether all of this counter was read lately, or in this call, so that somebody can be refused for it. */
  fresh(counter: string, when: "now" | "lately"): boolean;
}

/** Whose write a part is, so that a condition that fails is laid to who can learn from it. */
export type Owner =
  | { kind: "holder"; holder: string }
  | { kind: "guard"; guard: Guard }
  | { kind: "other"; request: TakeRequest; part: Part }
  | { kind: "lane"; counter: string; lane: number };
