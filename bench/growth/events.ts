import { registrationRoutes } from "#shared/registration/contract.ts";
import { good, publishedEvent } from "#test/support/service.ts";
import { aCitizen } from "../cost/people.ts";
import { CostSheet } from "../cost/sheet.ts";

/** What an operation asks of the store where so many events are stored; reads and writes with their indexes. */
export interface OperationCost {
  operation: string;
  events: number;
  readTrips: number;
  writeTrips: number;
  rcu: number;
  wcu: number;
}

/** Events that are stored at once. */
const ABREAST = 4;
/** Registrations of the person who lists their own. */
const OWN = 3;
/** Events that are stored for the measurement itself: those and the one to sign up for. */
const MEASURED = OWN + 1;

async function measure(sheet: CostSheet, events: number): Promise<void> {
  const { service } = sheet;
  const stored = [];
  for (let made = 0; made < MEASURED; made += 1) stored.push(await publishedEvent(service));
  const [first, ...others] = stored as [(typeof stored)[0], ...typeof stored];
  const { call: me } = await aCitizen(service);
  const { path } = first;
  const signUp = ({ path: to, groupIds: [groupId = ""] }: typeof first) =>
    me(registrationRoutes.signUp, { path: to, body: { groupId } });
  for (const other of others) await good(signUp(other));
  const at = `${events} events`;
  await sheet.costs("listEvents", at, "200", () =>
    service.anyone(registrationRoutes.listEvents, { query: {} }),
  );
  await sheet.costs("getAvailability", at, "200", () =>
    service.anyone(registrationRoutes.getAvailability, { path }),
  );
  await sheet.costs("listMyRegistrations", at, "200", () =>
    me(registrationRoutes.listMyRegistrations, { query: {} }),
  );
  const { registrationId } = await good(sheet.costs("signUp", at, "201", () => signUp(first)));
  await sheet.costs("cancelRegistration", at, "200", () =>
    me(registrationRoutes.cancelRegistration, { path: { registrationId } }),
  );
}

/** Stores ever more events by the service's own operations, and counts at each size. */
export async function operationCosts(
  sizes: readonly number[],
  tell: (stored: number) => void,
): Promise<OperationCost[]> {
  const sheet = await CostSheet.open();
  try {
    let stored = 0;
    for (const size of sizes) {
      while (stored < size - MEASURED) {
        const atOnce = Math.min(ABREAST, size - MEASURED - stored);
        await Promise.all(Array.from({ length: atOnce }, () => publishedEvent(sheet.service)));
        stored += atOnce;
      }
      await measure(sheet, size);
      stored += MEASURED;
      tell(size);
    }
    return sheet.rows.map(({ operation, case: at, readTrips, writeTrips, ...units }) => ({
      operation,
      events: Number.parseInt(at, 10),
      readTrips,
      writeTrips,
      rcu: units.rcu + units.indexRcu,
      wcu: units.wcu + units.indexWcu,
    }));
  } finally {
    await sheet.close();
  }
}
