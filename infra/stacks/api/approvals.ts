import type { Construct } from "constructs";
import { type ApiFoundation, ContextApi } from "./context.ts";

/** Decisions by a second person. */
export class ApprovalsApi extends ContextApi {
  constructor(scope: Construct, foundation: ApiFoundation) {
    super(scope, "approvals", foundation);
    this.serve("finance", {
      memory: 1769,
      timeoutSeconds: 29,
      errorImpact:
        "finance, who cannot decide what waits for a second person; nothing of it is done until then",
    });
  }
}
