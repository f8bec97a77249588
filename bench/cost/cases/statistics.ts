import { insightRoutes } from "#shared/registration/insight/contract.ts";
import { organiser, publishedEvent } from "#test/support/service.ts";
import { citizens } from "../people.ts";
import type { CostSheet } from "../sheet.ts";
import { registered } from "./changes.ts";

const PEOPLE = 25;

/** An event's statistics, which are read anew each time. */
export async function statisticsCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  const event = await publishedEvent(service, { groups: [{ name: "成人组", capacity: 50 }] });
  const read = () => organiser(service)(insightRoutes.getEventStatistics, { path: event.path });
  await sheet.costs("getEventStatistics", "nobody yet", "200", read);
  for (const entrant of await citizens(service, PEOPLE)) await registered(event, entrant);
  await sheet.costs("getEventStatistics", `${PEOPLE} registrations`, "200", read);
}
