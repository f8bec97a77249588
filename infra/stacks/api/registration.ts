import type { Construct } from "constructs";
import { type ApiFoundation, ContextApi } from "./context.ts";

/** Events, their places and who has them. */
export class RegistrationApi extends ContextApi {
  constructor(scope: Construct, foundation: ApiFoundation) {
    super(scope, "registration", foundation);
    this.serve("signUp", {
      memory: 1769,
      timeoutSeconds: 29,
      errorImpact: "citizens, who cannot sign up; in a rush their places go to others",
    });
    this.serve("public", {
      memory: 1024,
      timeoutSeconds: 29,
      errorImpact: "everybody, who cannot find an event or see how many places are free",
    });
    this.serve("feeds", {
      memory: 1024,
      timeoutSeconds: 29,
      errorImpact: "citizens, whose calendars no longer learn of changes",
    });
    this.serve("citizen", {
      memory: 1024,
      timeoutSeconds: 29,
      errorImpact: "citizens, who cannot see their registrations or give a place back in time",
    });
    this.serve("standing", {
      memory: 1024,
      timeoutSeconds: 29,
      errorImpact: "citizens, who cannot read why sign-up is paused for them, or appeal in time",
    });
    this.serve("bureau", {
      memory: 1024,
      timeoutSeconds: 29,
      errorImpact:
        "the bureau, which cannot ban anybody, lift a ban or decide on appeals; what holds goes on",
    });
    this.serve("approval", {
      memory: 1024,
      timeoutSeconds: 29,
      errorImpact: "organisers, who cannot decide on applications; applicants wait",
    });
    this.serve("drawing", {
      memory: 1024,
      timeoutSeconds: 29,
      errorImpact: "everybody who would verify a draw; draws go on",
    });
    this.serve("draws", {
      memory: 1769,
      timeoutSeconds: 29,
      errorImpact: "organisers, who cannot draw at once; the job does it a minute later",
    });
    this.serve("organiser", {
      memory: 1024,
      timeoutSeconds: 29,
      errorImpact: "organisers, who cannot create, change or publish an event or read who signed up",
    });
    this.serve("desk", {
      memory: 1769,
      timeoutSeconds: 29,
      errorImpact:
        "people without a smartphone, whom staff cannot sign up, and those who qualified, whom an organiser cannot list",
    });
    this.serve("programme", {
      memory: 1024,
      timeoutSeconds: 29,
      errorImpact:
        "organisers, who cannot check people in on the day, or do what must be done before publishing",
    });
    this.serve("holdings", {
      memory: 1024,
      timeoutSeconds: 29,
      errorImpact: "the bureau, which cannot confirm that events were held",
    });
  }
}
