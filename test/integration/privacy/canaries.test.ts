import { setTimeout as wait } from "node:timers/promises";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { residentId } from "#local/demo/residentId.ts";
import { createClient } from "#shared/client.ts";
import { noticeRoutes } from "#shared/notices/contract.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { consentTexts } from "#shared/people/policy.ts";
import type { Route } from "#shared/platform/route.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { deskRoutes } from "#shared/registration/desk/contract.ts";
import { uploadRoutes } from "#shared/uploads/contract.ts";
import { ServiceProcess, WorkerProcess } from "../../support/process.ts";
import { eventInput, good } from "../../support/service.ts";
import { announced, pdf } from "../../support/uploads.ts";

/** Personal data that occurs nowhere else, in every field that takes any. */
const planted = {
  name: "龘靐齉",
  idNumber: residentId("1971-11-23", 411, "female"),
  phone: "13912348765",
  child: "犇骉麤",
  childId: residentId("2015-04-19", 402, "male"),
  account: "6228480402564890018",
  answer: "羴鱻猋",
  kin: "13655550199",
  elder: "鱻飝垚",
  elderId: residentId("1947-12-29", 413, "female"),
  guardian: "猋骉麣",
  guardianPhone: "13998761234",
  note: "赑屃说轮椅",
};
const canaries = [
  ...Object.values(planted),
  planted.idNumber.slice(6),
  planted.childId.slice(6),
  planted.elderId.slice(6),
  "1971-11-23",
  "2015-04-19",
];

/** A file's name may be personal too, and is nobody's to log. */
const fileName = "骉骦骧的材料.pdf";
const stemOf = (name: string): string => name.slice(0, -4);

let service: ServiceProcess;
let worker: WorkerProcess;
let environment: Record<string, string>;
const prefix = `canary-${crypto.randomUUID().slice(0, 8)}`;
beforeAll(async () => {
  const telling = { POWERTOOLS_LOG_LEVEL: "DEBUG", POWERTOOLS_METRICS_DISABLED: "false" };
  service = await ServiceProcess.create(["--prefix", prefix, "--leave", "sign-ups"], {
    ...telling,
    DYNAMODB_ENDPOINT: process.env["DYNAMODB_ENDPOINT"],
  });
  await service.start();
  const info = await fetch(`${service.url}/local/info`);
  environment = ((await info.json()) as { environment: Record<string, string> }).environment;
  worker = new WorkerProcess(["sign-ups"], { ...environment, ...telling });
});
afterAll(async () => {
  await worker.kill("SIGTERM");
  await service.kill("SIGTERM");
});

/** What waits in the queue of sign-ups, left there for the worker. */
async function queuedSignUps(): Promise<string[]> {
  const { AWS_ENDPOINT_URL_SQS: endpoint = "", QUEUE_SIGN_UPS: QueueUrl } = environment;
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const sqs = new SQSClient({ endpoint, region: "cn-north-1", credentials });
  const asked = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 };
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(asked));
  return Messages.map(({ Body = "" }) => Body);
}

/** What was sent to people, once it holds a message that is waited for; by day, since at night nobody is disturbed. */
async function outboxWith(text: string): Promise<string> {
  const noon = 4 * 3_600_000;
  const now = Date.now();
  const tomorrow = Math.ceil((now - noon) / 86_400_000) * 86_400_000 + noon;
  const body = JSON.stringify({ now: new Date(tomorrow).toISOString() });
  await fetch(`${service.url}/local/clock`, { method: "POST", body });
  for (let tries = 0; ; tries += 1) {
    const sent = await (await fetch(`${service.url}/local/outbox`)).text();
    if (sent.includes(text) || tries >= 100) return sent;
    await wait(200);
  }
}

/** What whoever holds a signed text can read of it. */
const opened = (signed: string): string => Buffer.from(signed.split(".")[0] ?? "", "base64url").toString();

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
  const bank = { bankName: "苏州银行", bankCode: "313305403015" };
  await me(peopleRoutes.putRefundAccount, { body: { ...bank, accountNumber: planted.account } });
  await me(peopleRoutes.putRefundAccount, { body: { ...bank, accountNumber: `${planted.account}x` } });
  await me(peopleRoutes.getMyData, { query: {} });
  const published = async (of: object) => {
    const times = {
      startsAt: "2036-07-10T00:00:00Z",
      endsAt: "2036-07-11T00:00:00Z",
      signUpOpensAt: "2026-01-01T00:00:00Z",
      signUpClosesAt: "2036-07-01T00:00:00Z",
    };
    const draft = await organiser(registrationRoutes.createEvent, { body: eventInput({ ...times, ...of }) });
    const path = { eventId: (draft.body as { eventId: string }).eventId };
    const event = await organiser(registrationRoutes.publishEvent, { path });
    const [group] = (event.body as { groups: { groupId: string }[] }).groups;
    return { path, groupId: group?.groupId };
  };
  const { path, groupId } = await published({});
  const asking = await published({
    questions: [
      { questionId: "note", title: "备注", kind: "text", purpose: "other" },
      { questionId: "kin", title: "紧急联系电话", kind: "phone", purpose: "safety" },
    ],
  });
  const answers = { note: planted.answer, kin: planted.kin };
  for (const of of [{ ...answers, kin: `${planted.kin}0` }, { ...answers, other: planted.answer }, answers])
    await me(registrationRoutes.signUp, {
      path: asking.path,
      body: { groupId: asking.groupId, answers: of },
    });
  await me(registrationRoutes.signUp, { path, body: { groupId } });
  await me(registrationRoutes.signUp, { path, body: { groupId } });
  const participantId = (kid.body as { personId: string }).personId;
  await me(registrationRoutes.signUp, { path, body: { groupId, participantId } });
  const entrants = await organiser(registrationRoutes.listEntrants, { path, query: {} });
  await me(registrationRoutes.listEvents, { query: { q: name } });
  const onBehalf = (person: object, more: object = {}) =>
    organiser(deskRoutes.signUpOnBehalf, {
      path,
      body: {
        groupId,
        person: { idType: "resident-id", ...person },
        consents: [],
        evidence: { kind: "in-person", note: planted.note },
        ...more,
      },
    });
  const elder = { name: planted.elder, idNumber: planted.elderId };
  const atDesk = await onBehalf(elder);
  expect(atDesk.body).toMatchObject({ status: "confirmed" });
  await onBehalf({ ...elder, name: planted.guardian });
  const guardian = { name: planted.guardian, phone: planted.guardianPhone, signed: true, guardianConsent };
  const elsewhere = residentId("2016-08-17", 404, "male");
  const minors = await onBehalf({ name: planted.elder, idNumber: elsewhere }, { guardian });
  expect(minors.body).toMatchObject({ status: "confirmed" });
  const listed = await published({ allocation: "qualifying" });
  for (const number of [planted.elderId, idNumber, planted.phone])
    await organiser(deskRoutes.addQualifiers, {
      path: listed.path,
      body: { entries: [{ idType: "resident-id", idNumber: number }] },
    });
  await me(registrationRoutes.signUp, { path: listed.path, body: { groupId: listed.groupId } });
  type Answered = { registrationId: string; ticket: string; status: string };
  const rush = await published({ mode: "queued" });
  const token = await me(registrationRoutes.createQueueToken, { path: rush.path });
  const { queueToken } = token.body as { queueToken: string };
  const body = { groupId: rush.groupId, participantId, queueToken };
  const queued = await me(registrationRoutes.signUp, { path: rush.path, body });
  const { registrationId, ticket } = queued.body as Answered;
  const mine = await me(peopleRoutes.getMyData, { query: {} });
  expect(JSON.stringify(mine.body)).toContain(planted.answer);
  const messages = await queuedSignUps();
  expect(messages).toEqual([expect.stringContaining(participantId)]);
  await worker.start();
  const read = { path: { registrationId }, query: { ticket } };
  let served = await me(registrationRoutes.getRegistration, read);
  for (let tries = 0; tries < 50 && (served.body as Answered).status === "queued"; tries += 1) {
    await wait(200);
    served = await me(registrationRoutes.getRegistration, read);
  }
  expect(served.body).toMatchObject({ status: "confirmed" });

  const full = await published({ groups: [{ name: "一人组", capacity: 1 }], waitlist: true });
  const held = await me(registrationRoutes.signUp, { path: full.path, body: { groupId: full.groupId } });
  const kids = await me(registrationRoutes.signUp, {
    path: full.path,
    body: { groupId: full.groupId, participantId, waitlist: true },
  });
  const at = ({ body }: { body: unknown }) => ({
    path: { registrationId: (body as Answered).registrationId },
  });
  await me(registrationRoutes.acceptOffer, at(kids));
  await me(registrationRoutes.cancelRegistration, at(held));
  expect((await me(registrationRoutes.acceptOffer, at(kids))).body).toMatchObject({ status: "confirmed" });
  await me(uploadRoutes.createUpload, {
    body: announced(pdf(), { fileName, purpose: "registration-document" }),
  });
  await me(uploadRoutes.createUpload, { body: announced(pdf(), { fileName, purpose: "results" }) });
  const inbox = await me(noticeRoutes.listNotifications, { query: {} });
  expect((inbox.body as { items: unknown[] }).items).toHaveLength(2);
  const outbox = await outboxWith("registration-offered");
  expect(outbox).toContain("139****8765");
  expect(errors.length).toBeGreaterThan(7);
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
  expect(worker.output).toContain("sign-ups-served");
  expect(opened(ticket)).toContain(rush.path.eventId);
  expect(opened(queueToken)).toContain("notBefore");
  const operations = await tableText("operations");
  expect([
    ...found("log", output),
    ...found("worker's log", worker.output),
    ...found("message", messages.join("\n")),
    ...found("ticket", opened(ticket)),
    ...found("queue token", opened(queueToken)),
    ...found("error", errors.join("\n")),
    ...found("outbox", outbox),
    ...found("organiser's list", JSON.stringify(entrants.body)),
    ...found("registration", await tableText("registration")),
    ...found("operations", operations),
    ...found("desk", JSON.stringify(atDesk.body)),
    ...found("audit log", await tableText("audit-log")),
    ...[output, errors.join("\n")].filter((text) => text.includes(stemOf(fileName))),
    ...found("person-keys", await tableText("person-keys")),
  ]).toEqual([]);

  // A file is called what its giver calls it, and that is kept with the upload and nowhere else.
  expect(operations.split(stemOf(fileName))).toHaveLength(2);

  const people = await tableText("people");
  const { account: _bank, ...ofPersons } = planted;
  const clear = Object.values(ofPersons);
  expect(clear.filter((canary) => people.includes(canary))).toEqual([]);
  expect(people).toContain("1971-11-23");
  await good(
    Promise.resolve(
      await createClient({ baseUrl: service.url })(registrationRoutes.listEvents, { query: {} }),
    ),
  );
});
