import { GetCommand, ScanCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { residentId } from "#local/demo/residentId.ts";
import { runJob } from "#local/localRoutes.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { consentTexts } from "#shared/people/policy.ts";
import { client } from "#shared/platform/dynamo.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { bankAccount } from "../../support/family.ts";
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

const consent = { version: consentTexts["guardian-of-minor"].version, given: true as const };
const child = (birthDate: string) => {
  const { phone: _, ...identity } = somebody({ birthDate, sex: "male" });
  return { relation: "child" as const, ...identity };
};
const addChild = (
  call: Awaited<ReturnType<typeof citizen>>["call"],
  birthDate: string,
  idempotencyKey?: string,
) =>
  call(peopleRoutes.addDependant, {
    body: { ...child(birthDate), guardianConsent: consent },
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });

describe("a profile", () => {
  it("shows the name to its owner and masks number and phone", async () => {
    const { profile, input, call } = await citizen(service, {
      name: "沈桂英",
      birthDate: "1950-02-03",
      sex: "female",
    });
    expect(profile).toMatchObject({
      name: "沈桂英",
      birthDate: "1950-02-03",
      sex: "female",
      verification: "verified",
    });
    expect(profile.idNumberMasked).toBe(`320***********${input.idNumber.slice(-4)}`);
    expect(profile.phoneMasked).toBe(`138****${input.phone.slice(-4)}`);
    expect(await good(call(peopleRoutes.getMe, {}))).toEqual(profile);
  });

  it("hard case 22: is the same under any spelling of the number, in one account", async () => {
    const { call, input, profile } = await citizen(service);
    const fullWidth = [...input.idNumber].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join("");
    for (const idNumber of [
      input.idNumber.toLowerCase(),
      fullWidth,
      input.idNumber.replace(/(.{6})/g, "$1 "),
    ])
      expect(await good(call(peopleRoutes.putMe, { body: { ...input, idNumber } }))).toEqual(profile);
  });

  it("hard cases 22 and 61: another account's document is in use, under any spelling, and nothing else is said", async () => {
    const owner = await citizen(service, { name: "顾阿大" });
    const { idNumber } = owner.input;
    for (const [at, written] of [idNumber, idNumber.toLowerCase(), ` ${idNumber} `].entries()) {
      const thief = service.as(`thief-${at}`, ["citizen"]);
      const answer = await thief(peopleRoutes.putMe, {
        body: { ...owner.input, idNumber: written, phone: "13911112222" },
      });
      expect(answer.status).toBe(409);
      expect((answer.body as { type: string }).type).toBe("/problems/identity-in-use");
      expect(JSON.stringify(answer.body)).not.toMatch(/顾|320599|138|per_/);
      expect(await refused(thief(peopleRoutes.getMe, {}))).toBe("404 profile-missing");
    }
    expect((await good(owner.call(peopleRoutes.getMe, {}))).name).toBe("顾阿大");
  });

  it("hard case 23: refuses a wrong check character and a birth date that does not exist", async () => {
    const call = service.as("wrong", ["citizen"]);
    const good = somebody();
    const last = good.idNumber.at(-1) === "1" ? "2" : "1";
    for (const idNumber of [good.idNumber.slice(0, 17) + last, residentId("1990-02-30", 1, "male")])
      expect(await refused(call(peopleRoutes.putMe, { body: { ...good, idNumber } }))).toBe(
        "422 invalid-identity-number",
      );
  });

  it("is made once when the same account asks twice at the same time", async () => {
    const call = service.as("double", ["citizen"]);
    const body = somebody();
    const answers = await Promise.all([1, 2, 3, 4].map(() => good(call(peopleRoutes.putMe, { body }))));
    expect(new Set(answers.map(({ personId }) => personId)).size).toBe(1);
  });

  it("belongs to one of ten accounts that claim the same document at once", async () => {
    const body = somebody();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, at) =>
        service.as(`race-${at}`, ["citizen"])(peopleRoutes.putMe, { body }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(409)]);
  });

  it("takes a correction of name and phone on the version read, and no other document", async () => {
    const { call, input, profile } = await citizen(service);
    const body = { ...input, phone: "13900001111" };
    expect(await refused(call(peopleRoutes.putMe, { body }))).toBe("428 precondition-required");
    expect(await refused(call(peopleRoutes.putMe, { body, ifMatch: 9 }))).toBe("412 version-mismatch");
    expect(await good(call(peopleRoutes.putMe, { body, ifMatch: 1 }))).toEqual({
      ...profile,
      phoneMasked: "139****1111",
    });
    const other = { ...somebody(), name: input.name };
    expect(await refused(call(peopleRoutes.putMe, { body: other, ifMatch: 2 }))).toBe("409 identity-locked");
  });

  it("holds an account in the person's own name for refunds, until the name is another", async () => {
    const { call, input } = await citizen(service);
    const account = { ...bankAccount, accountNumber: "6222021102000012345" };
    const shown = await good(call(peopleRoutes.putRefundAccount, { body: account }));
    expect(shown).toMatchObject({ accountNumberMasked: "6222 **** 2345" });
    const copied = async () => (await good(call(peopleRoutes.getMyData, { query: {} }))).refundAccount;
    expect(await copied()).toEqual(account);
    const phone = { ...input, phone: "13900001113" };
    await good(call(peopleRoutes.putMe, { body: phone, ifMatch: 2 }));
    expect(await copied()).toEqual(account);
    await good(call(peopleRoutes.putMe, { body: { ...phone, name: "改名" }, ifMatch: 3 }));
    expect(await copied()).toBeUndefined();
  });

  it("of which nobody has confirmed the name holds no account for refunds", async () => {
    const { call, personId } = await citizen(service);
    const Key = { pk: `PERSON#${personId}`, sk: "PROFILE" };
    await client.send(
      new UpdateCommand({
        TableName: service.parts.tableNames.people,
        Key,
        UpdateExpression: "SET verification = :d",
        ExpressionAttributeValues: { ":d": "declared" },
      }),
    );
    expect(await refused(call(peopleRoutes.putRefundAccount, { body: bankAccount }))).toBe(
      "409 identity-not-verified",
    );
  });

  it("is refused when the authority knows the document under another name", async () => {
    const call = service.as("mismatch", ["citizen"]);
    expect(await refused(call(peopleRoutes.putMe, { body: somebody({ name: "不符" }) }))).toBe(
      "422 identity-not-confirmed",
    );
  });
});

describe("acting for others", () => {
  it("a child is signed up with the guardian's separate consent, and not without it", async () => {
    const { call } = await citizen(service);
    const without = call(peopleRoutes.addDependant, { body: child("2016-01-01") });
    expect(await refused(without)).toBe("422 guardian-consent-required");
    const kid = await good(addChild(call, "2016-01-02"));
    const { path, groupIds } = await publishedEvent(service);
    const registration = await good(signUp(call, path, groupIds[0] ?? "", { participantId: kid.personId }));
    expect(registration.participantId).toBe(kid.personId);

    const consentId = kid.guardianConsentId ?? "";
    await good(call(peopleRoutes.withdrawConsent, { path: { consentId } }));
    const next = await publishedEvent(service);
    const participantId = kid.personId;
    expect(await refused(signUp(call, next.path, next.groupIds[0] ?? "", { participantId }))).toBe(
      "422 guardian-consent-required",
    );
    const purpose = "guardian-of-minor" as const;
    await good(
      call(peopleRoutes.giveConsent, {
        body: { purpose, version: consent.version, personId: participantId },
      }),
    );
    await good(signUp(call, next.path, next.groupIds[0] ?? "", { participantId }));
  });

  it("an outdated consent is refused with the version in force", async () => {
    const { call } = await citizen(service);
    const body = { ...child("2016-03-03"), guardianConsent: { version: "2020-1", given: true as const } };
    const answer = await call(peopleRoutes.addDependant, { body });
    expect([answer.status, (answer.body as Record<string, unknown>)["currentVersion"]]).toEqual([
      409,
      consent.version,
    ]);
  });

  it("an adult is nobody's child", async () => {
    const { call } = await citizen(service);
    expect(await refused(addChild(call, "2008-06-10"))).toBe("422 not-a-child");
    expect((await good(addChild(call, "2008-06-11"))).relation).toBe("child");
  });

  it("hard case 55: another's child does not exist for me, to read, to consent for or to sign up", async () => {
    const [mine, other] = [await citizen(service), await citizen(service)];
    const kid = await good(addChild(mine.call, "2015-05-05"));
    const copy = await good(mine.call(peopleRoutes.getMyData, { query: { personId: kid.personId } }));
    expect(copy.idNumber).toMatch(/^320599/);
    const { path, groupIds } = await publishedEvent(service);
    const attempts = [
      other.call(peopleRoutes.getMyData, { query: { personId: kid.personId } }),
      other.call(peopleRoutes.removeDependant, { path: { personId: kid.personId } }),
      other.call(peopleRoutes.withdrawConsent, { path: { consentId: kid.guardianConsentId ?? "" } }),
      other.call(peopleRoutes.giveConsent, {
        body: { purpose: "guardian-of-minor", version: consent.version, personId: kid.personId },
      }),
      signUp(other.call, path, groupIds[0] ?? "", { participantId: kid.personId }),
    ];
    for (const attempt of attempts) expect(await refused(attempt)).toBe("404 not-found");
  });

  it("an elder's code lets one relative act, once, until the elder takes it back", async () => {
    const [elder, relative, third] = [
      await citizen(service, { birthDate: "1948-01-01" }),
      await citizen(service),
      await citizen(service),
    ];
    const idempotencyKey = crypto.randomUUID();
    const invite = () => good(elder.call(peopleRoutes.inviteProxy, { idempotencyKey }));
    const { invitationCode } = await invite();
    expect((await invite()).invitationCode).toBe(invitationCode);
    const accept = (by: typeof relative, code: string) =>
      by.call(peopleRoutes.addDependant, { body: { relation: "elder", invitationCode: code } });
    expect(await refused(accept(elder, invitationCode))).toBe("422 invitation-invalid");
    expect((await good(accept(relative, invitationCode.toLowerCase()))).personId).toBe(elder.personId);
    expect(await refused(accept(third, invitationCode))).toBe("422 invitation-invalid");

    const { path, groupIds } = await publishedEvent(service);
    await good(signUp(relative.call, path, groupIds[0] ?? "", { participantId: elder.personId }));
    expect(
      (await good(elder.call(registrationRoutes.listMyRegistrations, { query: {} }))).items,
    ).toHaveLength(1);
    const elders = { query: { personId: elder.personId } };
    expect(await refused(relative.call(peopleRoutes.getMyData, elders))).toBe("404 not-found");

    await good(elder.call(peopleRoutes.removeProxy, { path: { personId: relative.personId } }));
    const next = await publishedEvent(service);
    const late = signUp(relative.call, next.path, next.groupIds[0] ?? "", { participantId: elder.personId });
    expect(await refused(late)).toBe("404 not-found");
  });

  it("an elder's code that is a day old is no longer taken", async () => {
    const [elder, relative] = [await citizen(service), await citizen(service)];
    const { invitationCode } = await good(elder.call(peopleRoutes.inviteProxy, {}));
    service.clock.advance(24 * 3600);
    const late = relative.call(peopleRoutes.addDependant, { body: { relation: "elder", invitationCode } });
    expect(await refused(late)).toBe("422 invitation-invalid");
    service.clock.advance(-24 * 3600);
  });

  it("one person acts for ten at most, however many are added at once", async () => {
    const { call } = await citizen(service);
    const answers = await Promise.all(
      Array.from({ length: 14 }, (_, at) => addChild(call, `2014-0${1 + (at % 9)}-1${at % 9}`)),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(10);
    expect((await good(call(peopleRoutes.listDependants, {}))).items).toHaveLength(10);
  });
});

describe("erasure", () => {
  it("hard case 54: destroys the key, frees the document and the places, and says what stays and why", async () => {
    const { call, input, personId } = await citizen(service);
    const { path, groupIds } = await publishedEvent(service);
    const held = await good(signUp(call, path, groupIds[0] ?? ""));
    const erased = await good(call(peopleRoutes.eraseMe, {}));
    expect(erased.status).toBe("partially-retained");
    expect(erased.retained[0]?.what.zh).toContain("1 条报名记录");
    expect(erased.backupsUntil > erased.erasedAt).toBe(true);

    expect(await refused(call(peopleRoutes.getMe, {}))).toBe("404 profile-missing");
    const tables = service.parts.tableNames;
    const key = { pk: `PERSON#${personId}`, sk: "KEY" };
    expect(
      (await client.send(new GetCommand({ TableName: tables["person-keys"], Key: key }))).Item,
    ).toBeUndefined();
    const { Items = [] } = await client.send(new ScanCommand({ TableName: tables.people }));
    const left = Items.filter((item) => JSON.stringify(item).includes(personId));
    expect(left.flatMap((item) => Object.keys(item)).sort()).toEqual(
      ["erasedAt", "pk", "sk", "erasedAt", "personId", "pk", "sk", "state", "version"].sort(),
    );

    expect(await runJob("releaseErased")).toBe(true);
    const { groups } = await good(service.anyone(registrationRoutes.getAvailability, { path }));
    expect(groups[0]).toMatchObject({ held: 0, free: 10 });
    expect(await runJob("releaseErased")).toBe(true);
    expect((await good(service.anyone(registrationRoutes.getAvailability, { path }))).groups[0]?.free).toBe(
      10,
    );

    const again = await good(service.as("newcomer", ["citizen"])(peopleRoutes.putMe, { body: input }));
    expect(again.personId).not.toBe(personId);
    expect(held.participantId).toBe(personId);
  });

  it("erases the children for whom nobody else answers, and ends acting for elders, whose data stays theirs", async () => {
    const [parent, elder] = [await citizen(service), await citizen(service, { birthDate: "1945-01-01" })];
    const kid = await good(addChild(parent.call, "2015-07-07"));
    const { invitationCode } = await good(elder.call(peopleRoutes.inviteProxy, {}));
    await good(parent.call(peopleRoutes.addDependant, { body: { relation: "elder", invitationCode } }));
    expect((await good(parent.call(peopleRoutes.eraseMe, {}))).status).toBe("erased");
    const key = { pk: `PERSON#${kid.personId}`, sk: "KEY" };
    const TableName = service.parts.tableNames["person-keys"];
    expect((await client.send(new GetCommand({ TableName, Key: key }))).Item).toBeUndefined();
    expect((await good(elder.call(peopleRoutes.listProxies, {}))).items).toEqual([]);
    expect((await good(elder.call(peopleRoutes.getMe, {}))).personId).toBe(elder.personId);
  });
});
