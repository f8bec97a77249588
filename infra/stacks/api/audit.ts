import type { Construct } from "constructs";
import { type ApiFoundation, ContextApi } from "./context.ts";

/** Who decided what, and who saw whose data. */
export class AuditApi extends ContextApi {
  constructor(scope: Construct, foundation: ApiFoundation) {
    super(scope, "audit", foundation);
    this.serve("finance", {
      memory: 1024,
      timeoutSeconds: 29,
      errorImpact: "finance and auditors, who cannot read the audit log; it is written all the same",
    });
  }
}
