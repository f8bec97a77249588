import type { Construct } from "constructs";
import { type ApiFoundation, ContextApi } from "./context.ts";

/** Profiles, dependants, proxies and consents. */
export class PeopleApi extends ContextApi {
  constructor(scope: Construct, foundation: ApiFoundation) {
    super(scope, "people", foundation);
    this.serve("citizen", {
      memory: 1769,
      timeoutSeconds: 29,
      errorImpact:
        "citizens, who cannot enter or correct their profile, add a child, take a consent back or have their data erased; who has no profile yet cannot sign up",
    });
    this.serve("public", {
      memory: 512,
      timeoutSeconds: 10,
      errorImpact: "citizens, who cannot read the consent texts and so cannot consent",
    });
  }
}
