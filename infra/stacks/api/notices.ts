import type { Construct } from "constructs";
import { type ApiFoundation, ContextApi } from "./context.ts";

/** What people were told. */
export class NoticesApi extends ContextApi {
  constructor(scope: Construct, foundation: ApiFoundation) {
    super(scope, "notices", foundation);
    this.serve("citizen", {
      memory: 1024,
      timeoutSeconds: 29,
      errorImpact: "citizens, who cannot read what they were told; what is due is still sent to them",
    });
  }
}
