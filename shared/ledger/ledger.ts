import { clock } from "#shared/platform/clock.ts";
import { dynamo, pace } from "#shared/platform/dynamo.ts";
import { moneyGate } from "./moneyMode.ts";
import type { Ledger } from "./post.ts";

/** The service's ledger. */
export const ledger: Ledger = { db: dynamo, now: clock.now, pace, gate: moneyGate(dynamo, clock.now) };
