import { afterAll, beforeAll, expect, it } from "vitest";
import { approvalRoutes } from "#shared/registration/approval/contract.ts";
import { findLimits } from "#shared/registration/standing/store.ts";
import { beginBooks, enter, Season } from "../../support/draws.ts";
import { family } from "../../support/family.ts";
import { good, organiser, signUp, startTestService, type TestService } from "../../support/service.ts";
import { cancel } from "../../support/waiting.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
  await beginBooks(service);
});
afterAll(() => service.stop());

const counted = async (personId: string) => Object.keys((await findLimits(personId))?.entries ?? {}).length;

it("the limits count who entered a draw until they are not selected; who stands in line is counted", async () => {
  const season = new Season(service);
  const { path, groupIds } = await season.event({ fairness: true, groups: [{ name: "全程", capacity: 1 }] });
  const entered = await enter(service, path, groupIds[0], 3);
  const waits = await enter(service, path, groupIds[0], 1, true);
  await season.draw(path);
  const stands = await Promise.all(
    [...entered, ...waits].map(async ({ personId, read }) => [
      (await read()).status,
      await counted(personId),
    ]),
  );
  expect(stands.filter(([status]) => status === "not-selected").length).toBeGreaterThan(1);
  for (const [status, count] of stands)
    expect([status, count]).toEqual([status, Number(status !== "not-selected")]);
});

it("the limits count who applied until the application is rejected or withdrawn, a party together", async () => {
  const { path, groupIds } = await new Season(service).event({
    allocation: "approval",
    draw: undefined,
    groups: [{ name: "专业组", capacity: 5 }],
    fairness: true,
  });
  const [accepted, rejected, left] = await enter(service, path, groupIds[0], 3);
  const counts = () => Promise.all([accepted, rejected, left].map((one) => counted(one?.personId ?? "")));
  expect(await counts()).toEqual([1, 1, 1]);
  const decide = { ...path, registrationId: rejected?.registrationId ?? "" };
  const reject = (at: typeof decide) =>
    organiser(service)(approvalRoutes.rejectRegistration, { path: at, body: { reason: "not-qualified" } });
  await good(reject(decide));
  expect(await counts()).toEqual([1, 0, 1]);
  if (left) await good(cancel(left));
  const approve = { ...path, registrationId: accepted?.registrationId ?? "" };
  await good(organiser(service)(approvalRoutes.approveRegistration, { path: approve }));
  expect(await counts()).toEqual([1, 0, 0]);
  const { call, participantIds } = await family(service, 3);
  const { registrationId } = await good(signUp(call, path, groupIds[0] ?? "", { participantIds }));
  expect(await Promise.all(participantIds.map(counted))).toEqual([1, 1, 1]);
  await good(reject({ ...path, registrationId }));
  expect(await Promise.all(participantIds.map(counted))).toEqual([0, 0, 0]);
});
