import type { Construct } from "constructs";
import { type ApiFoundation, ContextApi } from "./context.ts";

/** Addresses of merchants' own systems. */
export class WebhooksApi extends ContextApi {
  constructor(scope: Construct, foundation: ApiFoundation) {
    super(scope, "webhooks", foundation);
    this.serve("merchant", {
      memory: 1024,
      timeoutSeconds: 29,
      errorImpact:
        "merchants, who cannot change where their systems are told of events; what is registered goes on",
    });
  }
}
