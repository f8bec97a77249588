import { expect } from "vitest";
import { runJob } from "#local/localRoutes.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { businessDate, daysAfter } from "#shared/platform/time.ts";
import { forgetDecided } from "#shared/policies/reading.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { standingRoutes } from "#shared/registration/standing/contract.ts";
import { approve, reject } from "../../support/deciding.ts";
import { clerk, signUpAtDesk } from "../../support/desk.ts";
import { child } from "../../support/family.ts";
import { finance } from "../../support/ledger.ts";
import { deliver } from "../../support/queues.ts";
import {
  citizen,
  eventInput,
  good,
  organiser,
  refused,
  signUp,
  somebody,
  type TestService,
} from "../../support/service.ts";
import {
  appeal,
  banned,
  bureau,
  decideAppeal,
  lift,
  misses,
  penaltiesOf,
  registered,
} from "../../support/standing.ts";
import { pdf, uploaded } from "../../support/uploads.ts";
import { changed } from "../../support/waiting.ts";

/** How the functions of bans and penalties use what no single call of a route needs. */
export function standingUses(service: () => TestService): [string, () => Promise<void>][] {
  const admin = (sub?: string) => bureau(service(), sub);
  const days = () => {
    const today = businessDate(service().clock.now());
    return [5, 8, 11].map((later) => daysAfter(today, later));
  };
  /** Whatever comes after it finds the clock where it was. */
  const inTheirTime = (work: () => Promise<void>) => async () => {
    const now = service().clock.now();
    await work().finally(() => service().clock.set(now));
  };
  const run = async (job: string) => expect([job, await runJob(job)]).toEqual([job, true]);
  return [
    [
      "a ban with evidence, one of a child, and one of somebody who comes back",
      async () => {
        forgetDecided();
        const me = await citizen(service());
        const kid = await child(me.call);
        const { registrationId, path, groupId } = await registered(service(), me.call);
        const theirs = await good(signUp(me.call, path, groupId, { participantId: kid.personId }));
        const { uploadId } = await uploaded(admin(), pdf(), { purpose: "evidence" });
        const { banId } = await good(banned(admin(), registrationId, { uploadId }));
        await good(banned(admin(), theirs.registrationId));
        await good(me.call(peopleRoutes.eraseMe, {}));
        const again = service().as("standing-again", ["citizen"]);
        await good(again(peopleRoutes.putMe, { body: me.input }));
        expect(await refused(signUp(again, path, groupId))).toBe("409 banned");
        await good(again(peopleRoutes.eraseMe, {}));
        const desk = { path, groupIds: [groupId] };
        expect(await refused(signUpAtDesk(clerk(service()), desk, me.input))).toBe("409 banned");
        await good(lift(admin("bureau-2"), banId));
      },
    ],
    [
      "bans that a second person agrees to, rejects, and whose time is over",
      inTheirTime(async () => {
        const me = await citizen(service());
        const { registrationId } = await registered(service(), me.call);
        const asked = async () => {
          const answer = await good(banned(admin(), registrationId, { term: { years: 2 } }));
          return "approvalId" in answer ? (answer.approvalId ?? "") : "";
        };
        await good(approve(finance(service()), await asked()));
        await good(reject(finance(service()), await asked()));
        await good(admin()(standingRoutes.listBans, { query: { limit: 100 } }));
        await run("endStandings");
        service().clock.advance(3 * 366 * 86_400);
        await run("endStandings");
      }),
    ],
    [
      "a penalty of a child that is appealed against with evidence and lifted, and one whose time is over",
      inTheirTime(async () => {
        forgetDecided();
        const parent = await citizen(service());
        const kid = await child(parent.call);
        await misses(service(), parent.call, days(), kid.personId);
        const [penalty] = await penaltiesOf(parent.call);
        const { uploadId } = await uploaded(parent.call, pdf(), { purpose: "evidence" });
        const { appealId } = await good(appeal(parent.call, penalty?.penaltyId ?? "", { uploadId }));
        await good(admin()(standingRoutes.listAppeals, { query: {} }));
        forgetDecided();
        await good(decideAppeal(admin(), appealId, "lifted"));
        const other = await citizen(service());
        await misses(service(), other.call, days());
        service().clock.advance(100 * 86_400);
        await run("endStandings");
        service().clock.advance(100 * 86_400);
        await run("endStandings");
      }),
    ],
    [
      "events that keep the limits, direct and queued, whoever is the first to read the rule",
      async () => {
        const today = businessDate(service().clock.now());
        const on = (days: number, hour: string) => `${daysAfter(today, days)}T${hour}:00:00.000Z`;
        const of = {
          startsAt: on(30, "01"),
          endsAt: on(30, "04"),
          signUpOpensAt: "2026-01-01T00:00:00.000Z",
          signUpClosesAt: on(20, "00"),
          fairness: true,
        };
        forgetDecided();
        await good(organiser(service())(registrationRoutes.createEvent, { body: eventInput({}) }));
        const me = await citizen(service());
        forgetDecided();
        const { registrationId, path } = await registered(service(), me.call, of);
        await good(changed(service(), path, { endsAt: on(30, "05") }));
        const cancelled = me.call(registrationRoutes.cancelRegistration, { path: { registrationId } });
        await good(cancelled);
        forgetDecided();
        forgetDecided();
        const desk = await registered(service(), me.call, {
          ...of,
          startsAt: on(32, "01"),
          endsAt: on(32, "04"),
        });
        await good(signUpAtDesk(clerk(service()), { ...desk, groupIds: [desk.groupId] }, somebody()));
        await good(
          me.call(registrationRoutes.cancelRegistration, { path: { registrationId: desk.registrationId } }),
        );
        const rush = { ...of, startsAt: on(31, "01"), endsAt: on(31, "04"), mode: "queued" };
        await registered(service(), me.call, rush);
        forgetDecided();
        await deliver(service(), "sign-ups");
        const { items } = await good(me.call(registrationRoutes.listMyRegistrations, { query: {} }));
        expect(items.map(({ status }) => status).sort()).toEqual(["cancelled", "cancelled", "confirmed"]);
      },
    ],
  ];
}
