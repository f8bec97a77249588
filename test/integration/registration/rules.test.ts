import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { peopleRoutes } from "#shared/people/contract.ts";
import { consentTexts } from "#shared/people/policy.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import {
  citizen,
  good,
  NOON,
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

const at = (instant: string, seconds: number) =>
  service.clock.set(new Date(Date.parse(instant) + seconds * 1_000));

describe("hard case 20: sign-up", () => {
  it("opens at its instant and closes at its instant, a second before and after", async () => {
    const { event, path, groupIds } = await publishedEvent(service, {
      signUpOpensAt: "2026-06-10T08:00:00.000Z",
      signUpClosesAt: "2026-06-10T10:00:00.000Z",
    });
    const [early, opening, last, late] = [
      await citizen(service),
      await citizen(service),
      await citizen(service),
      await citizen(service),
    ];
    const groupId = groupIds[0] ?? "";
    at(event.signUpOpensAt, -1);
    expect(await refused(signUp(early.call, path, groupId))).toBe("409 signup-not-open");
    at(event.signUpOpensAt, 0);
    expect(await good(signUp(opening.call, path, groupId))).toMatchObject({ status: "confirmed" });
    at(event.signUpClosesAt, -1);
    expect(await good(signUp(last.call, path, groupId))).toMatchObject({ status: "confirmed" });
    at(event.signUpClosesAt, 0);
    expect(await refused(signUp(late.call, path, groupId))).toBe("409 signup-closed");
    service.clock.set(NOON);
  });
});

it("hard case 24: who is too young, too old or not of the group's sex is told which rule and what would do", async () => {
  const groups = [
    { name: "青年组", capacity: 5, minAge: 18, maxAge: 30 },
    { name: "男子组", capacity: 5, sex: "male" },
  ];
  const { path, groupIds } = await publishedEvent(service, { groups });
  const elder = await citizen(service, { birthDate: "1950-01-01" });
  const tooOld = await signUp(elder.call, path, groupIds[0] ?? "");
  expect(tooOld.status).toBe(422);
  expect(tooOld.body).toMatchObject({ type: "/problems/not-eligible", rule: "max-age", required: 30 });
  const woman = await citizen(service, { sex: "female" });
  const wrong = await signUp(woman.call, path, groupIds[1] ?? "");
  expect(wrong.body).toMatchObject({ type: "/problems/not-eligible", rule: "sex", required: "male" });
});

it("hard case 25: a child under 14 is not signed up without the guardian's consent in force", async () => {
  const { path, groupIds } = await publishedEvent(service);
  const guardian = await citizen(service);
  const { phone: _, ...identity } = somebody({ birthDate: "2015-05-01" });
  const guardianConsent = { version: consentTexts["guardian-of-minor"].version, given: true as const };
  const child = await good(
    guardian.call(peopleRoutes.addDependant, { body: { relation: "child", ...identity, guardianConsent } }),
  );
  const consentId = child.guardianConsentId ?? "";
  await good(guardian.call(peopleRoutes.withdrawConsent, { path: { consentId } }));
  const participantId = child.personId;
  expect(await refused(signUp(guardian.call, path, groupIds[0] ?? "", { participantId }))).toBe(
    "422 guardian-consent-required",
  );
});

it("hard case 26: a statement agreed to in an older version must be read again", async () => {
  const statements = [{ statementId: "waiver", version: "2", title: "声明", text: "自愿参赛。" }];
  const { path, groupIds } = await publishedEvent(service, { statements });
  const { call } = await citizen(service);
  const consents = (version: string) => [{ statementId: "waiver", version }];
  expect(await refused(signUp(call, path, groupIds[0] ?? "", { consents: consents("1") }))).toBe(
    "409 consent-outdated",
  );
  expect(await good(signUp(call, path, groupIds[0] ?? "", { consents: consents("2") }))).toMatchObject({
    status: "confirmed",
  });
});

it("hard case 28: cancelled twice, under one key or two, the place comes back once and the answer is the same", async () => {
  const { path, groupIds } = await publishedEvent(service);
  const { call } = await citizen(service);
  const { registrationId } = await good(signUp(call, path, groupIds[0] ?? ""));
  const cancel = (idempotencyKey: string) =>
    good(call(registrationRoutes.cancelRegistration, { path: { registrationId }, idempotencyKey }));
  const first = await cancel("one-key");
  expect(first).toMatchObject({ status: "cancelled" });
  expect(await cancel("one-key")).toEqual(first);
  expect(await cancel("another-key")).toEqual(first);
  const { groups } = await good(service.anyone(registrationRoutes.getAvailability, { path }));
  expect(groups).toMatchObject([{ held: 0, free: 10 }]);
});
