import { findPerson } from "#shared/people/store.ts";
import { Contended } from "#shared/platform/database.ts";
import { operation } from "#shared/platform/operation.ts";
import { deskRoutes } from "#shared/registration/desk/contract.ts";
import { attemptOnBehalf } from "#shared/registration/desk/onBehalf.ts";

const ROUNDS = 5;

/** Signs somebody up who came to a desk, called or sent a form; what is answered of them is masked. */
export const signUpOnBehalf = operation(deskRoutes.signUpOnBehalf)(async (call) => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const view = await attemptOnBehalf(call);
    if (view === "again") continue;
    const person = await findPerson(view.participantId, true);
    return { status: 201, body: { ...view, participantNameMasked: person?.nameMasked ?? "*" } };
  }
  throw new Contended("the event or the person is being changed");
});
