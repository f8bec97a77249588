import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Route, roles } from "#shared/platform/route.ts";
import { routes } from "#shared/routes.ts";
import { renderDocs } from "../../../docs/page.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { type Case, call, casesOf, somebodyAs } from "./cases.ts";

/**
 * Every role at every route, on its own object, another tenant's and one that does not exist. Who may call is read
 * from the routes, how to make the objects from the cases, and a test below sees that no route is forgotten.
 */
let service: TestService;
let cases: Readonly<Record<string, Case>>;
beforeAll(async () => {
  await renderDocs();
  service = await startTestService();
  cases = casesOf(service);
});
afterAll(() => service.stop());

it("every route is in the matrix, and the matrix has no other", () => {
  expect(Object.keys(cases).sort()).toEqual(routes.map(({ operationId }) => operationId).sort());
});

describe.each(routes.map((route) => [route.operationId, route] as const))("%s", (operationId, route) => {
  const allowed = route.access === "public" ? undefined : route.access;
  const ownerRole = allowed?.[0] ?? "citizen";
  const withProfile = operationId !== "putMe";

  it.each(["anyone", ...roles] as const)("as %s", async (role) => {
    const none: Case = { make: async () => ({}), owned: false };
    const { make, owned, shownTo = [] } = cases[operationId] ?? none;
    const may = allowed === undefined || (role !== "anyone" && allowed.includes(role));
    const caller = await somebodyAs(service, role, withProfile);
    if (!may) {
      // Denied before the object is looked for: an absent one does as well as any, and the answer is the same.
      const own = await make(await somebodyAs(service, ownerRole, true).then((owner) => owner.call), "own");
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
    const other = await somebodyAs(service, role, withProfile);
    const absent = await call(other, route, await make(other.call, "absent"));
    expect(absent.status).toBe(404);
    if (!owned) return;
    const owner = await somebodyAs(service, ownerRole, true);
    const foreign = await call(other, route, await make(owner.call, "foreign"));
    if (role !== "anyone" && shownTo.includes(role)) return expect(foreign).toMatchObject({ ok: true });
    expect(foreign.status).toBe(404);
    const told = ({ body }: { body: unknown }) => ({ ...(body as object), instance: "", traceId: "" });
    expect(told(foreign)).toEqual(told(absent));
  });
});

const stepUp = routes.filter((route) => route.stepUp);

describe("who signed in without a second factor is told so on every route that needs one, whatever is asked", () => {
  it.each(stepUp.map((route) => [route.operationId, route] as const))("%s", async (operationId, route) => {
    for (const role of route.access === "public" ? [] : route.access) {
      const own = await cases[operationId]?.make((await somebodyAs(service, role, true)).call, "own");
      for (const amr of [[], ["pwd"]]) {
        const answer = await call(await somebodyAs(service, role, true, amr), route, own ?? {});
        expect(answer).toMatchObject({ status: 403, body: { type: "/problems/step-up-required" } });
      }
    }
  });
});

/** What docs say moves money or decides over it, by the addresses of the agreed surface. */
const moneyAndPower = [
  /^POST \/v1\/appropriations$/,
  /^(POST|PATCH) \/v1\/campaigns(\/|$)/,
  /^POST \/v1\/rounds\/\{\w+\}\/(targets|draw|cancel)$/,
  /^POST \/v1\/approvals\/\{\w+\}\/(approve|reject)$/,
  /^POST \/v1\/refund-requests\/\{\w+\}\/decide$/,
  /^POST \/v1\/[\w-]+\/\{\w+\}\/(freeze|unfreeze|blacklist|closure)$/,
  /^POST \/v1\/merchants\/\{\w+\}\/(approve|reject)$/,
  /^POST \/v1\/closures\/\{\w+\}\/distributions$/,
  /^POST \/v1\/settlement-batches/,
  /^POST \/v1\/bank-statements$/,
  /^POST \/v1\/ledger\/journal\/\{\w+\}\/reversals$/,
  /^POST \/v1\/ledger\/resumptions$/,
  /^POST \/v1\/periods\/\{\w+\}\/close$/,
  /^POST \/v1\/policies$/,
  /^POST \/v1\/bans(\/\{\w+\}\/lift)?$/,
  /^POST \/v1\/appeals\/\{\w+\}\/decide$/,
  /^POST \/v1\/payment-cases\/\{\w+\}\/decide$/,
];

it("a second factor is asked for wherever money or power moves, and nowhere else", () => {
  const address = ({ method, path }: Route) => `${method} ${path}`;
  const listed = routes.filter((route) => moneyAndPower.some((one) => one.test(address(route))));
  expect(stepUp.map(address).toSorted()).toEqual(listed.map(address).toSorted());
  expect(listed.length).toBeGreaterThanOrEqual(5);
  const citizens = stepUp.filter(({ access }) => access === "public" || access.includes("citizen"));
  expect(citizens).toEqual([]);
});
