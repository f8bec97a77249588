import { peopleRoutes } from "#shared/people/contract.ts";
import { deskRoutes } from "#shared/registration/desk/contract.ts";
import { clerk, list, qualifyingEvent, rowOf, signUpAtDesk } from "#test/support/desk.ts";
import { good, organiser, publishedEvent } from "#test/support/service.ts";
import { aCitizen, adult } from "../people.ts";
import type { CostSheet } from "../sheet.ts";
import { place } from "./rush.ts";

/** A document on the desk, of somebody without a telephone. */
const withoutPhone = () => {
  const { phone: _none, ...person } = adult();
  return person;
};

export async function deskCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  const staff = clerk(service, "bench-clerk");
  const [event, next] = [await publishedEvent(service), await publishedEvent(service)];
  const person = withoutPhone();
  const idempotencyKey = crypto.randomUUID();
  const press = () => signUpAtDesk(staff, event, person, { idempotencyKey });
  await sheet.costs("signUpOnBehalf", "a new person", "201", press);
  await sheet.costs("signUpOnBehalf", "a new person, repeated", "201", press);
  await sheet.costs("signUpOnBehalf", "a person whom the desk knows", "201", () =>
    signUpAtDesk(staff, next, person),
  );
  const { input } = await aCitizen(service);
  await sheet.costs("signUpOnBehalf", "another name", "422 identity-mismatch", () =>
    signUpAtDesk(staff, event, { ...input, name: "别人" }),
  );
  const rush = await publishedEvent(service, { mode: "queued" });
  await sheet.costs("signUpOnBehalf", "a new person, in a rush", "201", () =>
    signUpAtDesk(staff, rush, withoutPhone()),
  );
  const me = service.as("bench-adopts", ["citizen"]);
  const body = { ...adult(), ...person };
  await sheet.costs("putMe", "whom a desk made", "200", () => me(peopleRoutes.putMe, { body }));
}

export async function qualifyingCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  const event = await qualifyingEvent(service);
  const { path } = event;
  const [me, other] = [await aCitizen(service), await aCitizen(service)];
  const { qualifiers } = await good(
    sheet.costs("addQualifiers", "one document", "201", () => list(service, event, [rowOf(me.input)])),
  );
  const many = Array.from({ length: 90 }, () => rowOf(adult()));
  await sheet.costs("addQualifiers", "90 documents", "201", () => list(service, event, many));
  await sheet.costs("addQualifiers", "90 documents that are there", "201", () => list(service, event, many));
  const call = organiser(service);
  await sheet.costs("getQualifiers", "two groups", "200", () => call(deskRoutes.getQualifiers, { path }));
  await sheet.costs("signUp", "a place by the list", "201", () => place(event, me.call));
  await sheet.costs("signUp", "not on the list", "422 not-qualified", () => place(event, other.call));
  const qualifierId = qualifiers[0]?.qualifierId ?? "";
  await sheet.costs("removeQualifier", "one", "200", () =>
    call(deskRoutes.removeQualifier, { path: { ...path, qualifierId } }),
  );
}
