import { expect } from "vitest";
import { runJob } from "#local/localRoutes.ts";
import { forgetDecided } from "#shared/policies/reading.ts";
import { calendarRoutes } from "#shared/registration/calendar/contract.ts";
import { insightRoutes } from "#shared/registration/insight/contract.ts";
import { linked, subscribed } from "../../support/calendars.ts";
import { elderOf } from "../../support/family.ts";
import { inboxOf } from "../../support/notices.ts";
import { deliver } from "../../support/queues.ts";
import { citizen, good, organiser, publishedEvent, signUp, type TestService } from "../../support/service.ts";

/** How calendars, statistics and reminders use what no single call of a route needs. */
export function calendarUses(service: () => TestService): [string, () => Promise<void>][] {
  /** Two in the afternoon in a month; sign-up is open until then. */
  const startsAt = "2026-07-10T06:00:00.000Z";
  const times = { startsAt, endsAt: "2026-07-10T09:00:00.000Z", signUpClosesAt: startsAt };
  const relation = async () => {
    const relative = await citizen(service());
    return { relative, elder: await elderOf(service(), relative.call) };
  };
  return [
    [
      "a calendar with registrations, whose address then ends",
      async () => {
        const { call } = await citizen(service());
        const { path, groupIds } = await publishedEvent(service());
        await good(signUp(call, path, groupIds[0] ?? ""));
        await linked(call);
        const { url } = await linked(call);
        expect((await subscribed(url)).entries).toHaveLength(1);
        await good(call(calendarRoutes.endCalendarLink, {}));
      },
    ],
    [
      "statistics, whoever is the first to read the rules",
      async () => {
        const { path } = await publishedEvent(service());
        forgetDecided();
        const read = organiser(service())(insightRoutes.getEventStatistics, { path });
        expect(await good(read)).toMatchObject({ complete: true });
      },
    ],
    [
      "an elder who was signed up at once and in turn, is told so and reminded",
      async () => {
        const { relative, elder } = await relation();
        for (const mode of ["direct", "queued"]) {
          const { path, groupIds } = await publishedEvent(service(), { mode, ...times });
          await good(signUp(relative.call, path, groupIds[0] ?? "", { participantId: elder.personId }));
          await deliver(service(), "sign-ups");
        }
        expect(await inboxOf(elder)).toHaveLength(2);
        const now = service().clock.now();
        service().clock.set(new Date("2026-07-09T07:00:00.000Z"));
        forgetDecided();
        expect(await runJob("remindParticipants")).toBe(true);
        expect(await inboxOf(elder)).toHaveLength(4);
        service().clock.set(now);
      },
    ],
  ];
}
