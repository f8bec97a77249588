import { expect } from "vitest";
import { runJob } from "#local/localRoutes.ts";
import { forgetDecided } from "#shared/policies/reading.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";
import {
  checkIn,
  draftOf,
  dropIn,
  entered,
  ON_THE_DAY,
  publish,
  readSeries,
  seriesOf,
  statistics,
} from "../../support/programme.ts";
import { good, organiser, type TestService } from "../../support/service.ts";
import { changed } from "../../support/waiting.ts";

/** How the functions of the programme use what no single call of a route needs. */
export function programmeUses(service: () => TestService): [string, () => Promise<void>][] {
  const own = () => organiser(service());
  const count = async () => expect(await runJob("countEvents")).toBe(true);
  return [
    [
      "a series whose first round takes the entries, and one that is made from it",
      async () => {
        const { seriesId } = await seriesOf(own(), { entry: "whole" });
        const { eventId } = await good(draftOf(own(), { seriesId }));
        await good(publish(own(), eventId));
        const body = {
          startsAt: "2026-08-10T00:00:00.000Z",
          seriesId: (await seriesOf(own(), { entry: "whole" })).seriesId,
        };
        expect(await good(own()(programmeRoutes.cloneEvent, { path: { eventId }, body }))).toMatchObject({
          entryFor: "series",
        });
        expect((await readSeries(service(), seriesId)).rounds).toHaveLength(1);
      },
    ],
    [
      "an item of a published event's checklist",
      async () => {
        const checklist = [{ itemId: "weather", title: "恶劣天气办法", required: false }];
        const { eventId } = await good(draftOf(own(), { checklist }));
        await good(publish(own(), eventId));
        const path = { eventId, itemId: "weather" };
        const ticked = own()(programmeRoutes.tickChecklistItem, { path, body: { done: true }, ifMatch: 2 });
        expect(await good(ticked)).toMatchObject({ version: 3, checklist: [{ done: true }] });
      },
    ],
    [
      "figures of events, whoever is the first to read the rules, also of one that is moved to another year",
      async () => {
        const now = service().clock.now();
        service().clock.set(new Date("2026-06-10T04:00:00.000Z"));
        const { path, holders } = await entered(service(), [{}]);
        const activity = await dropIn(service());
        await count();
        service().clock.set(ON_THE_DAY);
        const [holder] = holders;
        const body = { registrationId: holder?.registrationId };
        await good(checkIn(own(), path, body));
        await good(checkIn(own(), activity.path, { count: 3 }));
        const moved = { startsAt: "2027-01-03T00:00:00.000Z", endsAt: "2027-01-03T09:00:00.000Z" };
        await good(changed(service(), path, moved));
        forgetDecided();
        await count();
        forgetDecided();
        expect(await statistics(service(), { year: "2027" })).toMatchObject({ published: 1, attended: 1 });
        service().clock.set(now);
      },
    ],
  ];
}
