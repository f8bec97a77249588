import type { Client } from "#shared/client.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { newId } from "#shared/platform/ids.ts";
import type { Penalty } from "#shared/registration/standing/model.ts";
import { planPenalty } from "#shared/registration/standing/store.ts";
import { citizen, good, type TestService } from "../../support/service.ts";
import { appeal, banned, bureau, registered } from "../../support/standing.ts";
import type { Case, Whose } from "./cases.ts";

const ID = "01J00000000000000000000000";

/** A penalty of somebody, as the sweep leaves it. */
export async function penalised(service: TestService, call: Client): Promise<string> {
  const { personId } = await good(call(peopleRoutes.getMe, {}));
  const now = service.clock.now();
  const later = new Date(now.getTime() + 10 * 86_400_000).toISOString();
  const penalty: Penalty = {
    penaltyId: newId("pen"),
    personId,
    noShows: [],
    from: now.toISOString(),
    until: later,
    madeAt: now.toISOString(),
    appealUntil: later,
    tells: [personId],
  };
  await dynamo.commit([planPenalty(penalty)]);
  return penalty.penaltyId;
}

/** The cases of bans, penalties and appeals. */
export function standingCases(service: TestService): Readonly<Record<string, Case>> {
  const registrationId = async (whose: Whose) =>
    whose === "absent"
      ? `reg_${ID}`
      : (await registered(service, (await citizen(service)).call)).registrationId;
  return {
    listMyPenalties: { owned: false, make: async () => ({}) },
    appealPenalty: {
      owned: true,
      make: async (owner, whose) => ({
        path: { penaltyId: whose === "absent" ? `pen_${ID}` : await penalised(service, owner) },
        body: { reason: "有病历" },
      }),
    },
    listBans: { owned: false, make: async () => ({}) },
    createBan: {
      owned: false,
      make: async (_, whose) => {
        const what = { cause: "bib-transfer", term: { years: 1 }, reason: "替跑" };
        return { body: { registrationId: await registrationId(whose), ...what } };
      },
    },
    liftBan: {
      owned: false,
      make: async (_, whose) => {
        const body = { reason: "查明系误认" };
        if (whose === "absent") return { path: { banId: `ban_${ID}` }, body };
        const { banId } = await good(banned(bureau(service, "access-bureau"), await registrationId(whose)));
        return { path: { banId }, body };
      },
    },
    listAppeals: { owned: false, make: async () => ({}) },
    decideAppeal: {
      owned: false,
      make: async (_, whose) => {
        const body = { outcome: "upheld", reason: "核实情况" };
        if (whose === "absent") return { path: { appealId: `apl_${ID}` }, body };
        const { call } = await citizen(service);
        const { appealId } = await good(appeal(call, await penalised(service, call)));
        return { path: { appealId }, body };
      },
    },
  };
}
