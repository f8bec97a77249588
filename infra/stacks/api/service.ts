import type { Construct } from "constructs";
import { type ApiFoundation, ContextApi } from "./context.ts";

/** Health, the API's own description, and what no route takes. */
export class ServiceApi extends ContextApi {
  constructor(scope: Construct, foundation: ApiFoundation) {
    super(scope, "service", foundation);
    this.serve("public", {
      memory: 512,
      timeoutSeconds: 29,
      reserved: 25,
      environment: { DOCS_PAGE: "/var/task/docs.html" },
      errorImpact:
        "the people on call, whose health checks fail, and developers, who cannot read the API's description",
    });
    this.serve("noRoute", {
      memory: 512,
      timeoutSeconds: 10,
      reserved: 25,
      errorImpact:
        "developers of clients, who get 503 in place of 404 or 405 for an address that does not exist",
    });
  }
}
