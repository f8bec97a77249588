import type { Client } from "#shared/client.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { consentTexts } from "#shared/people/policy.ts";
import type { Role, Route } from "#shared/platform/route.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { child, childInput } from "../../support/family.ts";
import {
  citizen,
  eventInput,
  good,
  organiser,
  publishedEvent,
  signUp,
  somebody,
  type TestService,
} from "../../support/service.ts";
import { offeredTo } from "../../support/waiting.ts";

export type Whose = "own" | "foreign" | "absent";
export type Caller = { call: Client; role: Role | "anyone" };

/** How to make what an operation is asked for. Who may call it is read from its route. */
export interface Case {
  /** Another tenant's object of this route is a 404; a public object has no other tenant. */
  owned: boolean;
  /** Makes the object and says how it is named. `owner` may use it. */
  make: (
    owner: Client,
    whose: Whose,
  ) => Promise<{ path?: Record<string, string>; body?: unknown; ifMatch?: number }>;
}

const ID = "01J00000000000000000000000";
const version = consentTexts["guardian-of-minor"].version;

const nothing = async () => ({});

/** The cases of a service, by operation. */
export function casesOf(service: TestService): Readonly<Record<string, Case>> {
  const newDraft = async (owner: Client) =>
    good(owner(registrationRoutes.createEvent, { body: eventInput() }));
  const draftPath = async (owner: Client, whose: Whose) => ({
    path: { eventId: whose === "absent" ? `evt_${ID}` : (await newDraft(owner)).eventId },
  });
  const published = async (_: Client, whose: Whose) => ({
    path: whose === "absent" ? { eventId: `evt_${ID}` } : (await publishedEvent(service)).path,
  });
  const entered = async (owner: Client, whose: Whose) => {
    const { path } = await draftPath(owner, whose);
    if (whose === "absent") return { path };
    const { groups } = await good(owner(registrationRoutes.publishEvent, { path }));
    await good(signUp((await citizen(service)).call, path, groups[0]?.groupId ?? ""));
    return { path };
  };
  const registration = async (owner: Client, whose: Whose) => {
    if (whose === "absent") return { path: { registrationId: `reg_${ID}` } };
    const { path, groupIds } = await publishedEvent(service);
    const { registrationId } = await good(signUp(owner, path, groupIds[0] ?? ""));
    return { path: { registrationId } };
  };
  const offer = async (owner: Client, whose: Whose) => {
    if (whose === "absent") return { path: { registrationId: `reg_${ID}` } };
    return { path: { registrationId: (await offeredTo(service, owner)).offered.registrationId } };
  };

  return {
    getHealth: { owned: false, make: nothing },
    getDeepHealth: { owned: false, make: nothing },
    getOpenApi: { owned: false, make: nothing },
    getDocs: { owned: false, make: nothing },
    listConsentTexts: { owned: false, make: nothing },
    listEvents: { owned: false, make: nothing },
    getEvent: { owned: false, make: published },
    getAvailability: { owned: false, make: published },
    putMe: { owned: false, make: async () => ({ body: somebody() }) },
    getMe: { owned: false, make: nothing },
    getMyData: { owned: false, make: nothing },
    eraseMe: { owned: false, make: nothing },
    listDependants: { owned: false, make: nothing },
    listProxies: { owned: false, make: nothing },
    inviteProxy: { owned: false, make: nothing },
    listMyRegistrations: {
      owned: false,
      make: async (owner, whose) => {
        await registration(owner, whose);
        return {};
      },
    },
    addDependant: { owned: false, make: async () => ({ body: childInput() }) },
    giveConsent: {
      owned: true,
      make: async (owner, whose) => {
        const personId = whose === "absent" ? `per_${ID}` : (await child(owner)).personId;
        return { body: { purpose: "guardian-of-minor", version, personId } };
      },
    },
    withdrawConsent: {
      owned: true,
      make: async (owner, whose) => ({
        path: {
          consentId: whose === "absent" ? `con_${ID}` : ((await child(owner)).guardianConsentId ?? ""),
        },
      }),
    },
    removeDependant: {
      owned: true,
      make: async (owner, whose) => ({
        path: { personId: whose === "absent" ? `per_${ID}` : (await child(owner)).personId },
      }),
    },
    removeProxy: {
      owned: true,
      make: async (owner, whose) => {
        if (whose === "absent") return { path: { personId: `per_${ID}` } };
        const { invitationCode } = await good(owner(peopleRoutes.inviteProxy, {}));
        const relative = await citizen(service);
        await good(relative.call(peopleRoutes.addDependant, { body: { relation: "elder", invitationCode } }));
        return { path: { personId: relative.personId } };
      },
    },
    signUp: {
      owned: false,
      make: async (_, whose) => {
        const { path, groupIds } = await publishedEvent(service);
        const groupId = groupIds[0] ?? "";
        return { path: whose === "absent" ? { eventId: `evt_${ID}` } : path, body: { groupId } };
      },
    },
    createQueueToken: { owned: false, make: published },
    getRegistration: { owned: true, make: registration },
    cancelRegistration: { owned: true, make: registration },
    acceptOffer: { owned: true, make: offer },
    declineOffer: { owned: true, make: offer },
    createEvent: { owned: false, make: async () => ({ body: eventInput() }) },
    changeEvent: {
      owned: true,
      make: async (owner, whose) => ({
        ...(await draftPath(owner, whose)),
        body: { name: "新名字" },
        ifMatch: 1,
      }),
    },
    publishEvent: { owned: true, make: draftPath },
    listOrganiserEvents: {
      owned: true,
      make: async (owner, whose) => {
        if (whose === "absent") return { path: { orgId: "org-nowhere" } };
        const { organiserId } = await newDraft(owner);
        return { path: { orgId: organiserId } };
      },
    },
    listEntrants: { owned: true, make: entered },
  };
}

let tenants = 0;
/** Somebody of this role whom no other case has, with whatever a caller of the role has: a profile, an organisation. */
export async function somebodyAs(
  service: TestService,
  role: Role | "anyone",
  withProfile: boolean,
): Promise<Caller> {
  tenants += 1;
  if (role === "anyone") return { role, call: service.anyone };
  if (role === "citizen" && withProfile) return { role, call: (await citizen(service)).call };
  if (role === "organiser") return { role, call: organiser(service, `org-${tenants}`) };
  return { role, call: service.as(`${role}-${tenants}`, [role], `org-${tenants}`) };
}

/** Calls a route that is known by its name alone. */
export const call = (by: Caller, route: Route, input: object) =>
  (by.call as (route: Route, input: object) => Promise<{ ok: boolean; status: number; body: unknown }>)(
    route,
    input,
  );
