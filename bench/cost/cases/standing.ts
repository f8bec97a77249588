import { approvalRoutes } from "#shared/approvals/contract.ts";
import { businessDate, daysAfter } from "#shared/platform/time.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { standingRoutes } from "#shared/registration/standing/contract.ts";
import { finance } from "#test/support/ledger.ts";
import { citizen, good, signUp } from "#test/support/service.ts";
import {
  appeal,
  attend,
  banned,
  bureau,
  decideAppeal,
  lift,
  penaltiesOf,
  registered,
} from "#test/support/standing.ts";
import { aCitizen } from "../people.ts";
import { type CostSheet, deliver } from "../sheet.ts";
import { decisionOn } from "./approvals.ts";
import { tick } from "./jobs.ts";

const DAY = 86_400;
const sweep = () => deliver("jobs/markNoShows", [tick("markNoShows")]);
const tidy = () => deliver("jobs/endStandings", [tick("endStandings")]);

/** An event so many days ahead, of one day, for which one can sign up until the day before. */
function ahead(sheet: CostSheet, days: number, of: Record<string, unknown> = {}) {
  const day = daysAfter(businessDate(sheet.now), days);
  return {
    startsAt: `${day}T00:00:00.000Z`,
    endsAt: `${day}T09:00:00.000Z`,
    signUpOpensAt: "2026-01-01T00:00:00.000Z",
    signUpClosesAt: `${daysAfter(day, -1)}T00:00:00.000Z`,
    ...of,
  };
}

/** Bans, no-shows with their penalties, and the limits of a person. */
export async function standingCases(sheet: CostSheet): Promise<void> {
  await banCases(sheet);
  await limitCases(sheet);
  await noShowCases(sheet);
}

async function banCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  const [maker, other] = [bureau(service), bureau(service, "bureau-2")];
  const me = await aCitizen(service);
  const { registrationId } = await registered(service, me.call, ahead(sheet, 200));
  const key = crypto.randomUUID();
  const imposing = () => banned(maker, registrationId, {}, key);
  const { banId } = await good(sheet.costs("createBan", "at once", "201", imposing));
  await sheet.costs("createBan", "at once, repeated", "201", imposing);
  const refusedTo = await registered(service, (await aCitizen(service)).call, ahead(sheet, 200));
  await sheet.costs("signUp", "who is banned", "409 banned", () =>
    signUp(me.call, refusedTo.path, refusedTo.groupId),
  );
  await sheet.costs("listBans", "one", "200", () => maker(standingRoutes.listBans, { query: {} }));
  await sheet.costs("liftBan", "by another", "200", () => lift(other, banId));
  const asked = await good(
    sheet.costs("createBan", "for a second person", "202", () =>
      banned(maker, registrationId, { term: { years: 2 } }),
    ),
  );
  const approvalId = "approvalId" in asked ? (asked.approvalId ?? "") : "";
  const decision = await decisionOn(finance(service), approvalId);
  await sheet.costs("approve", "a ban of two years", "200", () =>
    finance(service)(approvalRoutes.approve, decision),
  );
}

async function limitCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  const me = await aCitizen(service);
  const first = await registered(
    service,
    (await aCitizen(service)).call,
    ahead(sheet, 100, { fairness: true }),
  );
  const second = await registered(
    service,
    (await aCitizen(service)).call,
    ahead(sheet, 100, { fairness: true }),
  );
  const press = ({ path, groupId }: typeof first) => signUp(me.call, path, groupId);
  const { registrationId } = await good(
    sheet.costs("signUp", "a place, counted by the person's limits", "201", () => press(first)),
  );
  await sheet.costs("signUp", "at the time of another", "409 time-clash", () => press(second));
  await sheet.costs("cancelRegistration", "one that the limits count", "200", () =>
    me.call(registrationRoutes.cancelRegistration, { path: { registrationId } }),
  );
}

async function noShowCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  // Whatever other cases left on the list.
  sheet.later(DAY);
  await sweep();
  const me = await citizen(service, { name: "张小明" });
  const cases = ["1 event, one who did not come", "1 event, the second time", "1 event, a penalty"];
  for (const name of cases) {
    const event = await registered(service, (await aCitizen(service)).call, ahead(sheet, 2));
    await good(signUp(me.call, event.path, event.groupId));
    await attend(event.registrationId);
    sheet.later(3 * DAY);
    await sheet.costs("jobs/markNoShows", name, "200", sweep);
  }
  await sheet.costs("jobs/markNoShows", "nobody is left", "200", sweep);
  await sheet.costs("listMyPenalties", "one", "200", () => me.call(standingRoutes.listMyPenalties, {}));
  const [penalty] = await penaltiesOf(me.call);
  const { penaltyId = "" } = penalty ?? {};
  const key = crypto.randomUUID();
  const appealing = () => appeal(me.call, penaltyId, {}, key);
  const { appealId } = await good(sheet.costs("appealPenalty", "in words", "201", appealing));
  await sheet.costs("appealPenalty", "in words, repeated", "201", appealing);
  await sheet.costs("listAppeals", "one", "200", () =>
    bureau(service)(standingRoutes.listAppeals, { query: {} }),
  );
  await sheet.costs("decideAppeal", "lifted", "200", () => decideAppeal(bureau(service), appealId, "lifted"));
  await sheet.costs("jobs/endStandings", "nothing is over", "200", tidy);
  sheet.later(800 * DAY);
  await sheet.costs("jobs/endStandings", "a ban and what is known of a person", "200", tidy);
}
