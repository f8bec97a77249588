import { expect } from "vitest";
import { forgetSecrets } from "#local/access/guard.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { forgetDecided } from "#shared/policies/reading.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import {
  clerk,
  guardianOnForm,
  list,
  qualifyingEvent,
  rowOf,
  signUpAtDesk,
  withoutPhone,
} from "../../support/desk.ts";
import { childInput } from "../../support/family.ts";
import { deliver } from "../../support/queues.ts";
import { citizen, good, publishedEvent, refused, signUp, type TestService } from "../../support/service.ts";
import { pdf, uploaded } from "../../support/uploads.ts";

/** How the functions of the desk and of lists use what no single call of a route needs. */
export function deskUses(service: () => TestService): [string, () => Promise<void>][] {
  return [
    [
      "a person whom the desk knows, by a file, for whom a telephone is new, and a child's guardian",
      async () => {
        const call = clerk(service(), "clerk-of-uses");
        const event = await publishedEvent(service());
        const next = await publishedEvent(service());
        const person = withoutPhone();
        const { uploadId } = await uploaded(call, pdf("uses"), { purpose: "registration-document" });
        forgetDecided();
        await good(signUpAtDesk(call, event, person, { evidence: { kind: "paper-form", uploadId } }));
        await good(signUpAtDesk(call, next, { ...person, phone: "13900006666" }));
        const parent = await citizen(service());
        const { relation, guardianConsent, ...child } = childInput();
        await good(parent.call(peopleRoutes.addDependant, { body: { relation, guardianConsent, ...child } }));
        const theirs = signUpAtDesk(call, event, child, { guardian: guardianOnForm(true) });
        expect(await good(theirs)).toMatchObject({ status: "confirmed" });
      },
    ],
    [
      "a name that is not the document's",
      async () => {
        const { input } = await citizen(service());
        const event = await publishedEvent(service());
        const wrong = signUpAtDesk(clerk(service(), "clerk-of-uses"), event, { ...input, name: "别人" });
        expect(await refused(wrong)).toBe("422 identity-mismatch");
      },
    ],
    [
      "an account that adopts whom a desk made, and reads the form",
      async () => {
        const person = withoutPhone();
        const event = await publishedEvent(service());
        const evidence = { kind: "in-person", note: "轮椅" };
        await good(signUpAtDesk(clerk(service(), "clerk-of-uses"), event, person, { evidence }));
        const me = service().as("adopts-in-uses", ["citizen"]);
        await good(me(peopleRoutes.putMe, { body: { ...person, phone: "13900005555" } }));
        expect((await good(me(peopleRoutes.getMyData, { query: {} }))).forms).toHaveLength(1);
      },
    ],
    [
      "a sign-up by a list, at once, at a desk and in turn",
      async () => {
        const [direct, queued] = [
          await qualifyingEvent(service()),
          await qualifyingEvent(service(), { mode: "queued" }),
        ];
        const me = await citizen(service());
        const person = withoutPhone();
        await good(list(service(), direct, [rowOf(me.input), rowOf(person)]));
        await good(list(service(), queued, [rowOf(me.input)]));
        await good(signUp(me.call, direct.path, direct.groupIds[0] ?? ""));
        await good(signUpAtDesk(clerk(service(), "clerk-of-uses"), direct, person));
        const mine = await good(signUp(me.call, queued.path, queued.groupIds[0] ?? ""));
        const path = { registrationId: mine.registrationId };
        const query = "ticket" in mine ? { ticket: mine.ticket } : {};
        await good(me.call(registrationRoutes.getRegistration, { path, query }));
        await deliver(service(), "sign-ups");
        const served = await good(me.call(registrationRoutes.getRegistration, { path, query }));
        expect(served).toMatchObject({ status: "confirmed" });
      },
    ],
    [
      "the rules and secrets of a desk, where it is the first to need them",
      async () => {
        forgetSecrets();
        forgetDecided();
        const event = await publishedEvent(service());
        const first = signUpAtDesk(clerk(service(), "clerk-of-uses"), event, withoutPhone());
        expect(await good(first)).toMatchObject({ status: "confirmed" });
      },
    ],
  ];
}
