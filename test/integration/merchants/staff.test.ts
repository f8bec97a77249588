import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "#shared/client.ts";
import { merchantRoutes } from "#shared/merchants/contract.ts";
import { actingFor } from "#shared/merchants/staff.ts";
import { activeMerchantPart, findMerchant, venueOf } from "#shared/merchants/store.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { writtenAtOnce } from "../../support/deciding.ts";
import { finance } from "../../support/ledger.ts";
import {
  accept,
  admitted,
  apply,
  changeRule,
  decideOn,
  invite,
  joined,
  merchantCaller,
  venueInput,
} from "../../support/merchants.ts";
import { citizen, good, refused, startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
let official: Client;
beforeAll(async () => {
  service = await startTestService();
  official = finance(service);
});
afterAll(() => service.stop());

const owned = async () => {
  const owner = merchantCaller(service);
  const { merchantId } = await good(apply(owner));
  return { owner, merchantId, path: { merchantId } };
};
const staffOf = async (call: Client, merchantId: string) =>
  (await good(call(merchantRoutes.listStaff, { path: { merchantId }, query: {} }))).items;
const revoke = (call: Client, merchantId: string, staffId: string, idempotencyKey?: string) =>
  call(merchantRoutes.revokeStaff, {
    path: { merchantId, staffId },
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });
const addVenue = (call: Client, merchantId: string, of: Record<string, unknown> = {}) =>
  call(merchantRoutes.addVenue, { path: { merchantId }, body: venueInput(of) });
const mine = async (call: Client) => (await good(call(merchantRoutes.listMyMerchants, { query: {} }))).items;

/** Every route of a merchant's own, by what it answers to one who may not be there. */
const everywhere = (call: Client, merchantId: string, staffId: string): Record<string, Promise<string>> => {
  const path = { merchantId };
  return {
    listVenues: refused(call(merchantRoutes.listVenues, { path, query: {} })),
    addVenue: refused(addVenue(call, merchantId)),
    listStaff: refused(call(merchantRoutes.listStaff, { path, query: {} })),
    inviteStaff: refused(
      call(merchantRoutes.inviteStaff, { path, body: { label: "前台1", role: "cashier" } }),
    ),
    revokeStaff: refused(revoke(call, merchantId, staffId)),
  };
};
async function answers(call: Client, merchantId: string, staffId: string) {
  const asked = Object.entries(everywhere(call, merchantId, staffId));
  return Object.fromEntries(await Promise.all(asked.map(async ([name, answer]) => [name, await answer])));
}
const all = (answer: string) => ({
  listVenues: answer,
  addVenue: answer,
  listStaff: answer,
  inviteStaff: answer,
  revokeStaff: answer,
});

describe("a merchant's staff", () => {
  it("is joined by a code, which a manager makes for a role and which is good once", async () => {
    const { owner, merchantId } = await owned();
    const { invitationCode, ...invitation } = await invite(owner, merchantId);
    expect(invitation).toEqual({ label: "前台1", role: "cashier", expiresAt: expect.any(String) });
    const { call } = await citizen(service);
    const written = ` ${invitationCode.slice(0, 5)}-${invitationCode.slice(5).toLowerCase()} `;
    const place = await good(accept(call, written));
    expect(place).toMatchObject({ merchantId, label: "前台1", role: "cashier", status: "active" });
    expect(await refused(accept(merchantCaller(service), invitationCode))).toBe(
      "422 staff-invitation-invalid",
    );
    expect(await mine(call)).toMatchObject([{ merchantId, role: "cashier", staffId: place.staffId }]);
    const { merchantId: _, ...shown } = place;
    const listed = await staffOf(owner, merchantId);
    expect(listed).toHaveLength(2);
    expect(listed).toEqual(expect.arrayContaining([shown]));
    expect(JSON.stringify(listed)).not.toContain("act_");
  });

  it("is joined by one of two who use a code at once", async () => {
    const { owner, merchantId } = await owned();
    const { invitationCode } = await invite(owner, merchantId);
    const told = await writtenAtOnce(2, () =>
      Promise.all([1, 2].map(() => accept(merchantCaller(service), invitationCode))),
    );
    expect(told.map(({ status }) => status).toSorted()).toEqual([201, 422]);
    expect(await staffOf(owner, merchantId)).toHaveLength(2);
  });

  it("is joined once by who uses two codes at once", async () => {
    const { owner, merchantId } = await owned();
    const codes = [await invite(owner, merchantId), await invite(owner, merchantId, "manager")];
    const call = merchantCaller(service);
    const told = await writtenAtOnce(2, () =>
      Promise.all(codes.map(({ invitationCode }) => accept(call, invitationCode))),
    );
    expect(told.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    expect(told.find(({ ok }) => !ok)?.body).toMatchObject({ type: "/problems/already-staff" });
    expect(await staffOf(owner, merchantId)).toHaveLength(2);
  });

  it("is not joined by a code that is none, is old, or by who is there already", async () => {
    const { owner, merchantId } = await owned();
    const { invitationCode, expiresAt } = await invite(owner, merchantId);
    expect(await refused(accept(merchantCaller(service), "ABCDEFGHJK"))).toBe("422 staff-invitation-invalid");
    expect(await refused(accept(owner, invitationCode))).toBe("409 already-staff");
    const until = (Date.parse(expiresAt) - service.clock.now().getTime()) / 1_000;
    expect(Math.round(until / 3_600)).toBe(48);
    service.clock.advance(until + 1);
    expect(await refused(accept(merchantCaller(service), invitationCode))).toBe(
      "422 staff-invitation-invalid",
    );
    const fresh = await invite(owner, merchantId);
    const { call } = await joined(service, owner, merchantId);
    expect(await refused(accept(call, fresh.invitationCode))).toBe("409 already-staff");
    await good(accept(merchantCaller(service), fresh.invitationCode));
  });

  it("answers one request under one key with what it did", async () => {
    const { owner, merchantId, path } = await owned();
    const idempotencyKey = crypto.randomUUID();
    const body = { label: "前台1", role: "cashier" } as const;
    const asked = () => good(owner(merchantRoutes.inviteStaff, { path, body, idempotencyKey }));
    const { invitationCode } = await asked();
    expect((await asked()).invitationCode).toBe(invitationCode);
    const call = merchantCaller(service);
    const place = await good(accept(call, invitationCode, idempotencyKey));
    expect(await good(accept(call, invitationCode, idempotencyKey))).toEqual(place);
    const venue = { path, body: venueInput(), idempotencyKey };
    const added = await good(owner(merchantRoutes.addVenue, venue));
    expect(await good(owner(merchantRoutes.addVenue, venue))).toEqual(added);
    const revoked = await good(revoke(owner, merchantId, place.staffId, idempotencyKey));
    expect(await good(revoke(owner, merchantId, place.staffId, idempotencyKey))).toEqual(revoked);
    expect(await staffOf(owner, merchantId)).toHaveLength(2);
    const { items } = await good(owner(merchantRoutes.listVenues, { path, query: {} }));
    expect(items).toEqual([added]);
  });

  it("is listed in pages, each of its own merchant", async () => {
    const { owner, merchantId, path } = await owned();
    await joined(service, owner, merchantId);
    const list = (call: Client, at: { merchantId: string }, cursor?: string) =>
      call(merchantRoutes.listStaff, { path: at, query: { limit: 1, ...(cursor && { cursor }) } });
    const first = await good(list(owner, path));
    const second = await good(list(owner, path, first.nextCursor));
    expect(second.items[0]?.staffId).not.toBe(first.items[0]?.staffId);
    const elsewhere = await owned();
    expect(await refused(list(elsewhere.owner, elsewhere.path, first.nextCursor))).toBe("400 invalid-cursor");
  });
});

describe("who may what", () => {
  it("a cashier reads, and neither adds, nor invites, nor revokes", async () => {
    const { owner, merchantId, path } = await owned();
    const { call, staffId } = await joined(service, owner, merchantId);
    expect(await answers(call, merchantId, staffId)).toMatchObject({
      addVenue: "403 forbidden",
      inviteStaff: "403 forbidden",
      revokeStaff: "403 forbidden",
    });
    await good(call(merchantRoutes.listVenues, { path, query: {} }));
    expect(await staffOf(call, merchantId)).toHaveLength(2);
  });

  it("the staff of another merchant is told that there is nothing, and reaches nobody there from its own", async () => {
    const { owner, merchantId } = await owned();
    const { staffId } = await joined(service, owner, merchantId);
    const elsewhere = await owned();
    expect(await answers(elsewhere.owner, merchantId, staffId)).toEqual(all("404 not-found"));
    expect(await refused(revoke(elsewhere.owner, elsewhere.merchantId, staffId))).toBe("404 not-found");
    expect((await staffOf(owner, merchantId)).every(({ status }) => status === "active")).toBe(true);
  });

  it("hard case 13: who was revoked is told so on every route of the merchant, with a token that is good", async () => {
    const { owner, merchantId } = await owned();
    for (const role of ["cashier", "manager"] as const) {
      const { call, staffId } = await joined(service, owner, merchantId, role);
      await good(revoke(owner, merchantId, staffId));
      expect(await answers(call, merchantId, staffId)).toEqual(all("403 actor-suspended"));
      expect(await mine(call)).toEqual([]);
      await good(call(merchantRoutes.listMerchants, { query: {} }));
    }
    const listed = await staffOf(owner, merchantId);
    expect(listed.filter(({ status }) => status === "revoked")).toHaveLength(2);
    expect(
      listed.every(({ status, revokedAt }) => (status === "revoked") === (revokedAt !== undefined)),
    ).toBe(true);
  });
});

describe("a place that is taken back", () => {
  it("a second time changes nothing, and is given again by a new invitation only", async () => {
    const { owner, merchantId } = await owned();
    const { call, staffId } = await joined(service, owner, merchantId);
    const revoked = await good(revoke(owner, merchantId, staffId));
    service.clock.advance(1);
    expect(await good(revoke(owner, merchantId, staffId))).toEqual(revoked);
    const { invitationCode } = await invite(owner, merchantId, "manager");
    const again = await good(accept(call, invitationCode));
    expect(again).toMatchObject({ staffId, role: "manager", status: "active" });
    expect(again).not.toHaveProperty("revokedAt");
    await good(addVenue(call, merchantId));
    // Both are managers, counted as two: each can go, not both.
    const [first] = (await staffOf(owner, merchantId)).filter((one) => one.staffId !== staffId);
    await good(revoke(call, merchantId, first?.staffId ?? ""));
    expect(await refused(revoke(call, merchantId, staffId))).toBe("409 last-manager");
  });

  it("takes the invitations back that its manager gave, from others and from themself", async () => {
    const { owner, merchantId } = await owned();
    const { call, staffId } = await joined(service, owner, merchantId, "manager");
    const [one, two] = [await invite(call, merchantId), await invite(call, merchantId, "manager")];
    await good(revoke(owner, merchantId, staffId));
    expect(await refused(accept(merchantCaller(service), one.invitationCode))).toBe(
      "422 staff-invitation-invalid",
    );
    expect(await refused(accept(call, two.invitationCode))).toBe("422 staff-invitation-invalid");
    expect(await answers(call, merchantId, staffId)).toEqual(all("403 actor-suspended"));
  });

  it("is never that of the last manager, not even when two take it from each other at once", async () => {
    const { owner, merchantId } = await owned();
    const [only] = await staffOf(owner, merchantId);
    const ownerId = only?.staffId ?? "";
    await joined(service, owner, merchantId, "cashier");
    expect(await refused(revoke(owner, merchantId, ownerId))).toBe("409 last-manager");
    const { call, staffId } = await joined(service, owner, merchantId, "manager");
    const told = await writtenAtOnce(2, () =>
      Promise.all([revoke(owner, merchantId, staffId), revoke(call, merchantId, ownerId)]),
    );
    expect(told.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const left = told[0]?.ok ? owner : call;
    const managers = (await staffOf(left, merchantId)).filter(
      ({ role, status }) => role === "manager" && status === "active",
    );
    expect(managers).toHaveLength(1);
  });

  it("is taken once when two managers take it at once", async () => {
    const { owner, merchantId } = await owned();
    const { call } = await joined(service, owner, merchantId, "manager");
    const { staffId } = await joined(service, owner, merchantId);
    const keys = [crypto.randomUUID(), crypto.randomUUID()] as const;
    const told = await writtenAtOnce(2, () =>
      Promise.all([revoke(owner, merchantId, staffId, keys[0]), revoke(call, merchantId, staffId, keys[1])]),
    );
    expect(told.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    // The other comes again and is told that it is done.
    for (const [at, by] of [owner, call].entries())
      expect(await good(revoke(by, merchantId, staffId, keys[at]))).toMatchObject({ status: "revoked" });
  });
});

describe("by the merchant's state", () => {
  it("a frozen merchant grows no more, reads on, and can still take a place back", async () => {
    const { owner, merchantId, path } = await admitted(service);
    const { invitationCode } = await invite(owner, merchantId);
    const { staffId } = await joined(service, owner, merchantId);
    await good(decideOn(official, "freeze", merchantId));
    expect(await refused(addVenue(owner, merchantId))).toBe("423 merchant-frozen");
    const body = { label: "前台3", role: "cashier" } as const;
    expect(await refused(owner(merchantRoutes.inviteStaff, { path, body }))).toBe("423 merchant-frozen");
    const newcomer = merchantCaller(service);
    expect(await refused(accept(newcomer, invitationCode))).toBe("423 merchant-frozen");
    await good(owner(merchantRoutes.listVenues, { path, query: {} }));
    await good(revoke(owner, merchantId, staffId));
    await good(decideOn(finance(service, "finance-2"), "unfreeze", merchantId));
    await good(accept(newcomer, invitationCode));
  });

  it("one that was rejected or blacklisted grows no more either", async () => {
    for (const decision of ["reject", "blacklist"] as const) {
      const { owner, merchantId } = await owned();
      const { invitationCode } = await invite(owner, merchantId);
      await good(decideOn(official, decision, merchantId));
      expect(await refused(addVenue(owner, merchantId))).toBe("409 merchant-state");
      expect(await refused(accept(merchantCaller(service), invitationCode))).toBe("409 merchant-state");
      expect(await staffOf(owner, merchantId)).toHaveLength(1);
    }
  });
});

describe("what other contexts ask", () => {
  const statusOf = async (part: Promise<unknown>) =>
    part.then(
      () => "written",
      (error: { problem?: { status: number; slug: string } }) =>
        `${error.problem?.status} ${error.problem?.slug}`,
    );

  it("is whether a merchant may do business in the very write that is its business", async () => {
    const { merchantId } = await owned();
    const business = (id = merchantId) => statusOf(dynamo.commit([activeMerchantPart(id)]));
    expect(await business()).toBe("409 merchant-state");
    await good(decideOn(official, "approve", merchantId));
    expect(await business()).toBe("written");
    await good(decideOn(official, "freeze", merchantId));
    expect(await business()).toBe("423 merchant-frozen");
    await good(decideOn(official, "blacklist", merchantId));
    expect(await business()).toBe("409 merchant-state");
    expect(await business("mer_01J00000000000000000000000")).toBe("404 not-found");
  });

  it("is who acts for it, and which venues are its own", async () => {
    const owner = service.as("asked-by-others", ["merchant"]);
    const { merchantId } = await good(apply(owner));
    const caller = { sub: "asked-by-others", roles: ["merchant"], amr: [] } as const;
    expect(await actingFor(merchantId, caller, "manager")).toMatchObject({ role: "manager", merchantId });
    // Another merchant knows the same account by another id: no two lists can be laid side by side.
    const again = await actingFor((await good(apply(owner))).merchantId, caller, "manager");
    const first = await actingFor(merchantId, caller, "cashier");
    expect([again.actor === first.actor, again.staffId === first.staffId]).toEqual([true, false]);
    const stranger = { ...caller, sub: "somebody-else" };
    expect(await statusOf(actingFor(merchantId, stranger, "cashier"))).toBe("404 not-found");
    const venue = await good(addVenue(owner, merchantId));
    expect(await venueOf(merchantId, venue.venueId)).toEqual(venue);
    const elsewhere = await owned();
    expect(await venueOf(elsewhere.merchantId, venue.venueId)).toBeUndefined();
    expect(await findMerchant(merchantId)).toMatchObject({ merchantId, status: "applied" });
  });
});

describe("venues", () => {
  it("have an address, a town, what is offered there, and hours where they are told", async () => {
    const { owner, merchantId, path } = await owned();
    const openingHours = [
      { weekdays: [1, 2, 3, 4, 5], from: "06:00", to: "22:30" },
      { weekdays: [6, 7], from: "00:00", to: "24:00" },
    ];
    const venue = await good(addVenue(owner, merchantId, { openingHours }));
    expect(venue).toMatchObject({
      merchantId,
      venueId: expect.stringMatching(/^ven_/),
      address: "平望镇演示路1号",
      openingHours,
    });
    const plain = await good(addVenue(owner, merchantId, { name: "平望二号馆" }));
    const { items } = await good(owner(merchantRoutes.listVenues, { path, query: {} }));
    expect(items).toEqual([venue, plain]);
    for (const wrong of [
      { openingHours: [{ weekdays: [1], from: "22:00", to: "02:00" }] },
      { openingHours: [{ weekdays: [0], from: "06:00", to: "08:00" }] },
      { openingHours: [{ weekdays: [1], from: "6:00", to: "25:00" }] },
      { address: "" },
    ])
      expect(await refused(addVenue(owner, merchantId, wrong))).toBe("400 invalid-body");
  });
});

/** The last of the file: the rules are narrower from here on. */
describe("how many venues and staff there may be is a rule", () => {
  it("that names itself to who would be one too many, also when two come at once", async () => {
    const value = { venues: 2, staff: 3 };
    await changeRule(service, { policyId: "merchants.size", jurisdiction: "CN", value });
    const { owner, merchantId, path } = await owned();
    await good(addVenue(owner, merchantId));
    const told = await writtenAtOnce(2, () =>
      Promise.all([addVenue(owner, merchantId), addVenue(owner, merchantId)]),
    );
    expect(told.map(({ status }) => status).toSorted()).toEqual([201, 422]);
    expect(await addVenue(owner, merchantId)).toMatchObject({
      status: 422,
      body: { type: "/problems/refused-by-policy", policyId: "merchants.size", source: "测试用规定" },
    });
    const { items } = await good(owner(merchantRoutes.listVenues, { path, query: {} }));
    expect(items).toHaveLength(2);
    const { staffId } = await joined(service, owner, merchantId);
    await joined(service, owner, merchantId);
    const { invitationCode } = await invite(owner, merchantId);
    const late = merchantCaller(service);
    expect(await refused(accept(late, invitationCode))).toBe("422 refused-by-policy");
    await good(revoke(owner, merchantId, staffId));
    await good(accept(late, invitationCode));
  });
});
