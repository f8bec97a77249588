import type { Construct } from "constructs";
import { type ApiFoundation, ContextApi } from "./context.ts";

/** The ledger as finance reads it, and as everybody can check it. */
export class LedgerApi extends ContextApi {
  constructor(scope: Construct, foundation: ApiFoundation) {
    super(scope, "ledger", foundation);
    this.serve("finance", {
      memory: 1769,
      timeoutSeconds: 29,
      errorImpact:
        "finance and auditors, who cannot read balances and statements, reverse an entry or close a period",
    });
    this.serve("verifyLedger", {
      memory: 1769,
      timeoutSeconds: 29,
      errorImpact: "auditors, who cannot verify the books when they ask; the continuous audit goes on",
    });
    this.serve("public", {
      memory: 512,
      timeoutSeconds: 10,
      errorImpact: "whoever checks a receipt or an export, who cannot read the root of its day",
    });
  }
}
