import type { Construct } from "constructs";
import { type ApiFoundation, ContextApi } from "./context.ts";

/** Rules that a deployment sets. */
export class PoliciesApi extends ContextApi {
  constructor(scope: Construct, foundation: ApiFoundation) {
    super(scope, "policies", foundation);
    this.serve("finance", {
      memory: 1024,
      timeoutSeconds: 29,
      errorImpact: "finance and administrators, who cannot read or change a rule; those in force go on",
    });
  }
}
