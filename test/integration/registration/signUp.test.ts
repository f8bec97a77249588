import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { registrationRoutes } from "#shared/registration/contract.ts";
import {
  citizen,
  good,
  publishedEvent,
  refused,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

describe("signing up", () => {
  it("takes a place and shows it to the citizen and in the availability", async () => {
    const { path, groupIds } = await publishedEvent(service);
    const { call } = await citizen(service);
    const registration = await good(signUp(call, path, groupIds[0] ?? ""));
    expect(registration.status).toBe("confirmed");
    const mine = await good(call(registrationRoutes.listMyRegistrations, { query: {} }));
    expect(mine.items.map(({ registrationId }) => registrationId)).toEqual([registration.registrationId]);
    const { groups } = await good(service.anyone(registrationRoutes.getAvailability, { path }));
    expect(groups).toMatchObject([{ capacity: 10, held: 1, confirmed: 1, free: 9, waitlisted: 0 }]);
  });

  it("refuses a second registration of the same person under a new key", async () => {
    const { path, groupIds } = await publishedEvent(service);
    const { call } = await citizen(service);
    await good(signUp(call, path, groupIds[0] ?? ""));
    expect(await refused(signUp(call, path, groupIds[0] ?? ""))).toBe("409 already-signed-up");
  });
});
