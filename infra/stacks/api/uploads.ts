import type { Construct } from "constructs";
import { type ApiFoundation, ContextApi } from "./context.ts";

/** Files that people give. */
export class UploadsApi extends ContextApi {
  constructor(scope: Construct, foundation: ApiFoundation) {
    super(scope, "uploads", foundation);
    this.serve("everyone", {
      memory: 1769,
      timeoutSeconds: 29,
      errorImpact:
        "whoever must give a file: merchants cannot apply, evidence and bank files cannot be handed in",
    });
  }
}
