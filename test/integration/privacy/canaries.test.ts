import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { residentId } from "#local/demo/residentId.ts";
import { createClient } from "#shared/client.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { consentTexts } from "#shared/people/policy.ts";
import type { Route } from "#shared/platform/route.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { ServiceProcess } from "../../support/process.ts";
import { eventInput, good } from "../../support/service.ts";

/** Personal data that occurs nowhere else, in every field that takes any. */
const planted = {
  name: "龘靐齉",
  idNumber: residentId("1971-11-23", 411, "female"),
  phone: "13912348765",
  child: "犇骉麤",
  childId: residentId("2015-04-19", 402, "male"),
};
const canaries = [
  ...Object.values(planted),
  planted.idNumber.slice(6),
  planted.childId.slice(6),
  "1971-11-23",
  "2015-04-19",
];

let service: ServiceProcess;
const prefix = `canary-${crypto.randomUUID().slice(0, 8)}`;
beforeAll(async () => {
  service = await ServiceProcess.create(["--prefix", prefix], {
    POWERTOOLS_LOG_LEVEL: "DEBUG",
    POWERTOOLS_METRICS_DISABLED: "false",
    DYNAMODB_ENDPOINT: process.env["DYNAMODB_ENDPOINT"],
  });
  await service.start();
});
afterAll(() => service.kill("SIGTERM"));

it("personal data planted in every field is in no log line, error, metric or other table", async () => {
  const errors: string[] = [];
  const signedIn = async (claims: object) => {
    const answer = await fetch(`${service.url}/local/tokens`, {
      method: "POST",
      body: JSON.stringify(claims),
    });
    const { accessToken } = (await answer.json()) as { accessToken: string };
    const call = createClient({ baseUrl: service.url, token: accessToken });
    return async (route: Route, input: object) => {
      const answer = await (call as (route: Route, input: object) => Promise<{ ok: boolean; body: unknown }>)(
        route,
        input,
      );
      if (!answer.ok) errors.push(JSON.stringify(answer.body));
      return answer;
    };
  };
  const me = await signedIn({ sub: `canary ${planted.phone}`, roles: ["citizen"] });
  const thief = await signedIn({ sub: "thief", roles: ["citizen"] });
  const organiser = await signedIn({ sub: "o", roles: ["organiser"], org: "org-1" });
  const { name, idNumber, phone } = planted;
  const profile = { name, idType: "resident-id", idNumber, phone };
  const child = { relation: "child", name: planted.child, idType: "resident-id", idNumber: planted.childId };
  const guardianConsent = { version: consentTexts["guardian-of-minor"].version, given: true };

  await me(peopleRoutes.putMe, { body: profile });
  await thief(peopleRoutes.putMe, { body: profile });
  await me(peopleRoutes.putMe, { body: { ...profile, sex: "male" } });
  await me(peopleRoutes.putMe, { body: { ...profile, name: `${name}<>` } });
  await me(peopleRoutes.putMe, { body: { ...profile, [name]: idNumber, phone: `${phone}${phone}` } });
  await me(peopleRoutes.putMe, { body: { ...profile, idNumber: `${idNumber}\u202E` } });
  await me(peopleRoutes.addDependant, { body: child });
  const kid = await me(peopleRoutes.addDependant, { body: { ...child, guardianConsent } });
  await me(peopleRoutes.getMyData, { query: {} });
  const draft = await organiser(registrationRoutes.createEvent, {
    body: eventInput({
      startsAt: "2036-07-10T00:00:00Z",
      endsAt: "2036-07-11T00:00:00Z",
      signUpClosesAt: "2036-07-01T00:00:00Z",
    }),
  });
  const path = { eventId: (draft.body as { eventId: string }).eventId };
  const event = await organiser(registrationRoutes.publishEvent, { path });
  const [group] = (event.body as { groups: { groupId: string }[] }).groups;
  await me(registrationRoutes.signUp, { path, body: { groupId: group?.groupId } });
  await me(registrationRoutes.signUp, { path, body: { groupId: group?.groupId } });
  const participantId = (kid.body as { personId: string }).personId;
  await me(registrationRoutes.signUp, { path, body: { groupId: group?.groupId, participantId } });
  const entrants = await organiser(registrationRoutes.listEntrants, { path, query: {} });
  await me(registrationRoutes.listEvents, { query: { q: name } });
  expect(errors.length).toBeGreaterThan(5);
  expect((entrants.body as { items: unknown[] }).items).toHaveLength(2);

  const found = (where: string, text: string) =>
    canaries.filter((canary) => text.includes(canary)).map((canary) => `${where}: ${canary}`);
  const raw = new DynamoDBClient({
    endpoint: process.env["DYNAMODB_ENDPOINT"] ?? "",
    region: "cn-north-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const tableText = async (table: string) => {
    const { Items = [] } = await raw.send(new ScanCommand({ TableName: `${prefix}-${table}` }));
    expect(Items.length).toBeGreaterThan(0);
    return JSON.stringify(Items, (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value,
    );
  };
  const output = service.output.replace(/\/authorize.*/g, "");
  expect(output).toContain("request-completed");
  expect([
    ...found("log", output),
    ...found("error", errors.join("\n")),
    ...found("organiser's list", JSON.stringify(entrants.body)),
    ...found("registration", await tableText("registration")),
    ...found("operations", await tableText("operations")),
    ...found("person-keys", await tableText("person-keys")),
  ]).toEqual([]);

  const people = await tableText("people");
  const clear = [planted.name, planted.idNumber, planted.phone, planted.child, planted.childId];
  expect(clear.filter((canary) => people.includes(canary))).toEqual([]);
  expect(people).toContain("1971-11-23");
  await good(
    Promise.resolve(
      await createClient({ baseUrl: service.url })(registrationRoutes.listEvents, { query: {} }),
    ),
  );
});
