import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { residentId } from "#local/demo/residentId.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { client } from "#shared/platform/dynamo.ts";
import { env } from "#shared/platform/env.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { clerk, guardianOnForm, signUpAtDesk, withoutPhone } from "../../support/desk.ts";
import { withFault } from "../../support/faults.ts";
import {
  citizen,
  good,
  publishedEvent,
  refused,
  signUp,
  somebody,
  startTestService,
  type TestService,
} from "../../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());
afterEach(() => {
  env().IDENTITY_VERIFIER = "sandbox";
});

let accounts = 0;
const newAccount = () => {
  accounts += 1;
  return service.as(`account-${accounts}`, ["citizen"]);
};
const phone = "13811112222";

/** Somebody whom a desk signed up, who had no account. */
async function atDesk(of: Parameters<typeof withoutPhone>[0] = {}, more: Record<string, unknown> = {}) {
  const event = await publishedEvent(service);
  const person = withoutPhone(of);
  const { participantId, registrationId } = await good(signUpAtDesk(clerk(service), event, person, more));
  return { event, person, participantId, registrationId };
}
const enter = (call: ReturnType<typeof newAccount>, person: object) =>
  call(peopleRoutes.putMe, { body: { ...somebody(), ...person, phone } });

describe("a person whom a desk made, who comes to have an account", () => {
  it("is the same person, with every registration, once the authority confirms the identity", async () => {
    const { event, person, participantId, registrationId } = await atDesk(
      { name: "沈桂英" },
      {
        evidence: { kind: "in-person", note: "坐轮椅" },
      },
    );
    const me = newAccount();
    const profile = await good(enter(me, person));
    expect(profile).toMatchObject({
      personId: participantId,
      name: "沈桂英",
      phoneMasked: "138****2222",
      verification: "verified",
    });
    expect(await good(me(peopleRoutes.getMe, {}))).toEqual(profile);
    const { items } = await good(me(registrationRoutes.listMyRegistrations, { query: {} }));
    expect(items).toMatchObject([{ registrationId, status: "confirmed", onBehalf: "in-person" }]);
    expect(await refused(signUp(me, event.path, event.groupIds[0] ?? ""))).toBe("409 already-signed-up");
    const copy = await good(me(peopleRoutes.getMyData, { query: {} }));
    expect(copy).toMatchObject({
      idNumber: person.idNumber,
      phone,
      forms: [{ registrationId, note: "坐轮椅" }],
    });
    expect(await good(enter(me, person))).toEqual(profile);
    const path = { registrationId };
    expect(await good(me(registrationRoutes.cancelRegistration, { path }))).toMatchObject({
      status: "cancelled",
    });
  });

  it("stays where it is when the identity is only declared, as anybody else's document: nothing else is said", async () => {
    const { person, participantId } = await atDesk({ name: "顾阿大" });
    const Key = { pk: `PERSON#${participantId}`, sk: "PROFILE" };
    const TableName = service.parts.tableNames.people;
    const stored = async () => (await client.send(new GetCommand({ TableName, Key }))).Item;
    const before = await stored();
    expect(before).toMatchObject({ madeBy: "desk", version: 1 });
    env().IDENTITY_VERIFIER = "none";
    const thief = newAccount();
    const answer = await enter(thief, person);
    const { input: foreign } = await citizen(service, { name: "顾阿二" });
    const stranger = await enter(newAccount(), foreign);
    const told = ({ body }: { body: unknown }) => ({ ...(body as object), traceId: "" });
    expect([answer.status, told(answer)]).toEqual([409, told(stranger)]);
    expect(answer.body).toMatchObject({ type: "/problems/identity-in-use" });
    expect(JSON.stringify(answer.body)).not.toMatch(/顾|320599|per_/);
    expect(await refused(thief(peopleRoutes.getMe, {}))).toBe("404 profile-missing");
    expect(await stored()).toEqual(before);
  });

  it("is not had under a name that the authority does not know by this document", async () => {
    const { person } = await atDesk();
    const me = newAccount();
    expect(await refused(enter(me, { ...person, name: "不符" }))).toBe("422 identity-not-confirmed");
    expect(await refused(me(peopleRoutes.getMe, {}))).toBe("404 profile-missing");
  });

  it("belongs to one of two accounts that have it confirmed at the same time, and then to no other", async () => {
    const { person, participantId } = await atDesk();
    const both = [newAccount(), newAccount()];
    const answers = await Promise.all(both.map((call) => enter(call, person)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(answers.find(({ ok }) => ok)?.body).toMatchObject({ personId: participantId });
    expect(await refused(enter(newAccount(), person))).toBe("409 identity-in-use");
  });

  it("belongs to one account also where another's write comes between reading and writing", async () => {
    const { person } = await atDesk();
    let writes = 0;
    let between: Awaited<ReturnType<typeof enter>> | undefined;
    const late = await withFault(
      async (command, _, next) => {
        if (command.startsWith("TransactWrite")) writes += 1;
        if (writes === 2 && !between) {
          writes += 100;
          between = await enter(newAccount(), person);
        }
        return next();
      },
      () => enter(newAccount(), person),
    );
    expect([between?.status, late.status]).toEqual([200, 409]);
  });

  it("is adopted once by an account that asks several times at once", async () => {
    const { person, participantId } = await atDesk();
    const me = newAccount();
    const answers = await Promise.all([1, 2, 3].map(() => good(enter(me, person))));
    expect(new Set(answers.map(({ personId }) => personId))).toEqual(new Set([participantId]));
  });

  it("is not adopted by an account that has a person already", async () => {
    const { person } = await atDesk();
    const me = await citizen(service);
    const body = { ...me.input, ...person };
    expect(await refused(me.call(peopleRoutes.putMe, { body, ifMatch: 1 }))).toBe("409 identity-locked");
  });
});

describe("who is adopted by nobody", () => {
  it("a child whom a guardian added", async () => {
    const parent = await citizen(service);
    const { name, idType, idNumber } = withoutPhone({ birthDate: "2010-05-05" });
    const identity = { name, idType, idNumber };
    await good(parent.call(peopleRoutes.addDependant, { body: { relation: "child", ...identity } }));
    expect(await refused(enter(newAccount(), identity))).toBe("409 identity-in-use");
  });

  it("a child under 14 whom a desk made, since its guardian acts for it; at 14 it may", async () => {
    const guardian = guardianOnForm(true);
    const born = (birthDate: string) => ({
      ...withoutPhone(),
      idNumber: residentId(birthDate, 321, "female"),
    });
    const event = await publishedEvent(service);
    const [younger, older] = [born("2012-06-11"), born("2012-06-10")];
    for (const person of [younger, older])
      await good(signUpAtDesk(clerk(service), event, person, { guardian }));
    expect(await refused(enter(newAccount(), younger))).toBe("409 identity-in-use");
    expect((await enter(newAccount(), older)).status).toBe(200);
  });

  it("a person with an account, however well the identity is confirmed", async () => {
    const me = await citizen(service);
    const event = await publishedEvent(service);
    await good(signUpAtDesk(clerk(service), event, me.input));
    expect(await refused(enter(newAccount(), me.input))).toBe("409 identity-in-use");
  });
});
