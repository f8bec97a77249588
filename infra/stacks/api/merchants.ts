import type { Construct } from "constructs";
import { type ApiFoundation, ContextApi } from "./context.ts";

/** Merchants, their venues and their staff. */
export class MerchantsApi extends ContextApi {
  constructor(scope: Construct, foundation: ApiFoundation) {
    super(scope, "merchants", foundation);
    this.serve("public", {
      memory: 1024,
      timeoutSeconds: 29,
      errorImpact: "everybody, who cannot find a merchant or see whether a bank keeps what is prepaid",
    });
    this.serve("merchant", {
      memory: 1024,
      timeoutSeconds: 29,
      errorImpact:
        "gyms and venues, which cannot apply, add a venue, or take back the place of staff that left",
    });
    this.serve("bureau", {
      memory: 1024,
      timeoutSeconds: 29,
      errorImpact: "finance and administrators, who cannot admit a merchant or freeze one at once",
    });
  }
}
