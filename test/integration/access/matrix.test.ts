import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "#shared/client.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { consentTexts } from "#shared/people/policy.ts";
import { type Role, type Route, roles } from "#shared/platform/route.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { routes } from "#shared/routes.ts";
import { renderDocs } from "../../../docs/page.ts";
import {
  citizen,
  eventInput,
  good,
  organiser,
  publishedEvent,
  signUp,
  somebody,
  startTestService,
  type TestService,
} from "../../support/service.ts";

/**
 * Every role at every route, on its own object, another tenant's and one that does not exist. Who may call is read
 * from the routes; this file adds only how to make the objects, and a test below sees that no route is forgotten.
 */
type Whose = "own" | "foreign" | "absent";
type Caller = { call: Client; role: Role | "anyone" };
interface Case {
  /** Another tenant's object of this route is a 404; a public object has no other tenant. */
  owned: boolean;
  /** Makes the object and says how it is named. `owner` may use it. */
  make: (
    owner: Client,
    whose: Whose,
  ) => Promise<{ path?: Record<string, string>; body?: unknown; ifMatch?: number }>;
}

const ID = "01J00000000000000000000000";
let service: TestService;
beforeAll(async () => {
  await renderDocs();
  service = await startTestService();
});
afterAll(() => service.stop());

const newDraft = async (owner: Client) => good(owner(registrationRoutes.createEvent, { body: eventInput() }));
const draftPath = async (owner: Client, whose: Whose) => ({
  path: { eventId: whose === "absent" ? `evt_${ID}` : (await newDraft(owner)).eventId },
});
const published = async (_: Client, whose: Whose) => ({
  path: whose === "absent" ? { eventId: `evt_${ID}` } : (await publishedEvent(service)).path,
});
const registration = async (owner: Client, whose: Whose) => {
  if (whose === "absent") return { path: { registrationId: `reg_${ID}` } };
  const { path, groupIds } = await publishedEvent(service);
  const { registrationId } = await good(signUp(owner, path, groupIds[0] ?? ""));
  return { path: { registrationId } };
};
const version = consentTexts["guardian-of-minor"].version;
const child = async (owner: Client) => {
  const { phone: _, ...identity } = somebody({ birthDate: "2015-01-01" });
  const body = {
    relation: "child" as const,
    ...identity,
    guardianConsent: { version, given: true as const },
  };
  return good(owner(peopleRoutes.addDependant, { body }));
};
const nothing = async () => ({});

const cases: Record<string, Case> = {
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
  listMyRegistrations: { owned: false, make: nothing },
  addDependant: {
    owned: false,
    make: async () => {
      const { phone: _, ...identity } = somebody({ birthDate: "2015-01-01" });
      return { body: { relation: "child", ...identity, guardianConsent: { version, given: true } } };
    },
  },
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
      path: { consentId: whose === "absent" ? `con_${ID}` : ((await child(owner)).guardianConsentId ?? "") },
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
  getRegistration: { owned: true, make: registration },
  cancelRegistration: { owned: true, make: registration },
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
  listEntrants: { owned: true, make: draftPath },
};

let tenants = 0;
/** Somebody of this role whom no other cell has, with whatever a caller of the role has: a profile, an organisation. */
async function somebodyAs(role: Role | "anyone", withProfile: boolean): Promise<Caller> {
  tenants += 1;
  if (role === "anyone") return { role, call: service.anyone };
  if (role === "citizen" && withProfile) return { role, call: (await citizen(service)).call };
  if (role === "organiser") return { role, call: organiser(service, `org-${tenants}`) };
  return { role, call: service.as(`${role}-${tenants}`, [role], `org-${tenants}`) };
}

const call = (by: Caller, route: Route, input: object) =>
  (by.call as (route: Route, input: object) => Promise<{ ok: boolean; status: number; body: unknown }>)(
    route,
    input,
  );

it("every route is in the matrix, and the matrix has no other", () => {
  expect(Object.keys(cases).sort()).toEqual(routes.map(({ operationId }) => operationId).sort());
});

describe.each(routes.map((route) => [route.operationId, route] as const))("%s", (operationId, route) => {
  const { make, owned } = cases[operationId] ?? { make: nothing, owned: false };
  const allowed = route.access === "public" ? undefined : route.access;
  const ownerRole = allowed?.[0] ?? "citizen";

  it.each(["anyone", ...roles] as const)("as %s", async (role) => {
    const may = allowed === undefined || (role !== "anyone" && allowed.includes(role));
    const caller = await somebodyAs(role, operationId !== "putMe");
    if (!may) {
      // Denied before the object is looked for: an absent one does as well as any, and the answer is the same.
      const own = await make(await somebodyAs(ownerRole, true).then((owner) => owner.call), "own");
      const answers = [
        await call(caller, route, own),
        await call(caller, route, await make(caller.call, "absent").catch(() => own)),
      ];
      for (const { status } of answers) expect(status).toBe(role === "anyone" ? 401 : 403);
      return;
    }
    const own = await call(caller, route, await make(caller.call, "own"));
    expect(own, JSON.stringify(own.body)).toMatchObject({ ok: true });
    if (!route.request.path && !owned) return;
    const other = await somebodyAs(role, operationId !== "putMe");
    const absent = await call(other, route, await make(other.call, "absent"));
    expect(absent.status).toBe(404);
    if (!owned) return;
    const owner = await somebodyAs(ownerRole, true);
    const foreign = await call(other, route, await make(owner.call, "foreign"));
    expect(foreign.status).toBe(404);
    const told = ({ body }: { body: unknown }) => ({ ...(body as object), instance: "", traceId: "" });
    expect(told(foreign)).toEqual(told(absent));
  });
});
