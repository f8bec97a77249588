import type { Construct } from "constructs";
import { type ApiFoundation, ContextApi } from "./context.ts";

/** Payments and refunds. */
export class PaymentsApi extends ContextApi {
  constructor(scope: Construct, foundation: ApiFoundation) {
    super(scope, "payments", foundation);
    this.serve("citizen", {
      memory: 1024,
      timeoutSeconds: 29,
      errorImpact: "whoever wants to pay, who is shown no code to pay by",
    });
    this.serve("notifications", {
      memory: 1024,
      timeoutSeconds: 10,
      errorImpact: "payers: what they paid is seen only when the provider is asked, up to five minutes later",
    });
    this.serve("finance", {
      memory: 1024,
      timeoutSeconds: 29,
      errorImpact: "finance, who cannot see or decide on payments that went wrong",
    });
  }
}
