import { Contended } from "#shared/platform/database.ts";
import { operation } from "#shared/platform/operation.ts";
import { attemptSignUp } from "#shared/registration/attempt.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";

const ROUNDS = 5;

/** Signs the caller, their child or an elder who asked up for a group of an event; or several of them, all or none. */
export const signUp = operation(registrationRoutes.signUp)(async (call) => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const body = await attemptSignUp(call);
    if (body === "rules-changed") continue;
    if (body.status !== "queued") return { status: 201, body };
    const { registrationId, ticket } = body;
    return {
      status: 202,
      body,
      headers: {
        // Those who came at once do not ask at once.
        "retry-after": String(1 + Math.floor(Math.random() * 3)),
        location: `/v1/registrations/${registrationId}?ticket=${ticket}`,
      },
    };
  }
  throw new Contended("the event is being changed");
});
