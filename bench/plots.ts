import type { Row } from "./cost/sheet.ts";
import type { Growth } from "./growth.ts";
import { drawCost } from "./plots/cost.ts";
import { drawOperations, drawPlaces } from "./plots/growth.ts";
import { drawLag, drawLedgerGrowth } from "./plots/ledger.ts";
import { drawRushCost, drawServed, type RushRow } from "./plots/rush.ts";
import { readResults } from "./results.ts";
import type { LedgerRush } from "./rush/ledger/trials.ts";

/** `npm run bench:plots`: draws what is in bench/results into docs/performance. */
const cost = readResults<Row[]>("cost");
if (cost) drawCost(cost);
const growth = readResults<Growth>("growth");
if (growth) {
  drawPlaces(growth.places);
  drawOperations(growth.operations);
  drawLedgerGrowth(growth.ledger);
}
const rush = readResults<RushRow[]>("rush");
if (rush) {
  drawServed(rush);
  drawRushCost(rush);
}
const ledgerRush = readResults<LedgerRush>("ledger-rush");
if (ledgerRush) drawLag(ledgerRush.sealing);
