import { approvalRoutes } from "#shared/registration/approval/contract.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { drawRoutes } from "#shared/registration/draw/contract.ts";
import { good, organiser, publishedEvent } from "#test/support/service.ts";
import { citizens } from "../people.ts";
import { type CostSheet, deliver } from "../sheet.ts";
import { registered } from "./changes.ts";
import { tick } from "./jobs.ts";

const DAY_SECONDS = 86_400;

/** Applications that an organiser decides on. */
export async function applicationCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  const call = organiser(service);
  const groups = [{ name: "专业组", capacity: 1 }];
  const event = await publishedEvent(service, { allocation: "approval", groups });
  const [first, second, third] = await citizens(service, 3);
  if (!first || !second || !third) throw new Error("nobody applies");
  const applied = await good(
    sheet.costs("signUp", "to be decided by the organiser", "201", () =>
      first(registrationRoutes.signUp, { path: event.path, body: { groupId: event.groupIds[0] ?? "" } }),
    ),
  );
  const path = { ...event.path, registrationId: applied.registrationId };
  const next = { ...event.path, ...(await registered(event, second)) };
  const last = { ...event.path, ...(await registered(event, third)) };
  await sheet.costs("getEntrant", "an application", "200", () => call(approvalRoutes.getEntrant, { path }));
  await sheet.costs("approveRegistration", "a place", "200", () =>
    call(approvalRoutes.approveRegistration, { path }),
  );
  await sheet.costs("approveRegistration", "decided before", "409 not-pending", () =>
    call(approvalRoutes.approveRegistration, { path }),
  );
  await sheet.costs("approveRegistration", "no place is left", "409 event-full", () =>
    call(approvalRoutes.approveRegistration, { path: next }),
  );
  await sheet.costs("rejectRegistration", "an application", "200", () =>
    call(approvalRoutes.rejectRegistration, { path: last, body: { reason: "not-qualified" } }),
  );
}

/** A draw from its commitment to its end. */
export async function drawCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  const call = organiser(service);
  const day = (days: number) => new Date(sheet.now.getTime() + days * DAY_SECONDS * 1_000).toISOString();
  const beacon = { source: "sports-lottery", game: "大乐透", issue: "26001", drawsOn: day(2).slice(0, 10) };
  const of = {
    allocation: "draw",
    waitlist: true,
    groups: [{ name: "全程", capacity: 10 }],
    draw: { beacon },
  };
  const times = { signUpClosesAt: day(1), startsAt: day(20), endsAt: day(20.2) };
  const event = await publishedEvent(service, { ...of, ...times, signUpOpensAt: day(-1) });
  const { path } = event;
  const run = () => deliver("jobs/runDraws", [tick("runDraws")]);
  const people = await citizens(service, 20);
  const [first, ...others] = people;
  if (!first) throw new Error("nobody enters");
  await sheet.costs("signUp", "an entry to a draw", "201", () =>
    first(registrationRoutes.signUp, { path, body: { groupId: event.groupIds[0] ?? "" } }),
  );
  for (const me of others) await registered(event, me, true);
  await sheet.costs("getDraw", "people enter", "200", () => service.anyone(drawRoutes.getDraw, { path }));
  await sheet.costs("commitDraw", "committed to before", "200", () => call(drawRoutes.commitDraw, { path }));
  await sheet.costs("jobs/runDraws", "1 draw that is not due", "200", run);
  sheet.later(DAY_SECONDS);
  await sheet.costs("jobs/runDraws", "a list of 20 is closed", "200", run);
  sheet.later(2 * DAY_SECONDS);
  await sheet.costs("makeDraw", "of 20", "200", () =>
    call(drawRoutes.makeDraw, { path, body: { beacon: "03 07 12 25 31 + 02 09" } }),
  );
  await sheet.costs("makeDraw", "drawn before", "200", () => call(drawRoutes.makeDraw, { path, body: {} }));
  await sheet.costs("jobs/runDraws", "20 are told: 10 places, 10 in line", "200", run);
  await sheet.costs("jobs/runDraws", "nothing to draw", "200", run);
}
