import { describe, expect, it } from "vitest";
import { creditCode } from "#local/demo/creditCode.ts";
import { answers, termFor, termsOf } from "#shared/merchants/listing.ts";
import {
  type Merchant,
  merchantStatuses,
  moves,
  publicStatuses,
  type Staff,
} from "#shared/merchants/model.ts";
import {
  admitInvitation,
  admitStaff,
  drafted,
  leaseRuns,
  moved,
  refuseMove,
  refuseOwn,
  stateRefusal,
} from "#shared/merchants/rules.ts";
import { detailView, publicView } from "#shared/merchants/views.ts";
import { merchants } from "#shared/policies/definitions/merchants.ts";
import { ruleOf } from "#shared/policies/model.ts";

const now = new Date("2026-06-10T04:00:00.000Z");
const at = now.toISOString();
const input = {
  name: "演示健身（平望）店",
  unifiedSocialCreditCode: creditCode(7),
  leaseEndsOn: "2027-06-30",
  categories: ["健身房", "游泳"],
  town: "平望镇",
  lastYearRevenueFen: 1,
  establishedOn: "2020-01-01",
};
const draft = (of: Record<string, unknown> = {}): Merchant =>
  drafted({ ...input, ...of }, { merchantId: "mer_1", actor: "act_owner", org: undefined, now });
const account = (accountName: string) => ({
  accountName,
  accountNumber: "6222000098765432",
  bankName: "演示银行",
  bankCode: "102305400123",
});

describe("a merchant that applies", () => {
  it("is applied, sells nothing, and names who applied by a pseudonym", () => {
    expect(draft()).toMatchObject({
      status: "applied",
      version: 1,
      cardsAllowed: false,
      appliedBy: "act_owner",
      appliedAt: at,
      creditCode: creditCode(7),
    });
    expect(draft()).not.toHaveProperty("unifiedSocialCreditCode");
  });

  it("is paid to an account of its own name, however that is spelled", () => {
    for (const same of ["演示健身（平望）店", "演示健身(平望)店", " 演示健身 （平望） 店 "])
      expect(draft({ settlementAccount: account(same) }).settlementAccount?.accountName).toBe(same);
    for (const other of ["演示健身", "演示健身（平望）分店", "张三"])
      expect(() => draft({ settlementAccount: account(other) })).toThrow("account-name-mismatch");
  });

  it("was not founded tomorrow, and keeps the documents that it names", () => {
    expect(draft({ establishedOn: "2026-06-10" }).establishedOn).toBe("2026-06-10");
    expect(() => draft({ establishedOn: "2026-06-11" })).toThrow("invalid-merchant");
    const licenceUploadId = "upl_01J00000000000000000000000";
    expect(draft({ licenceUploadId }).licenceUploadId).toBe(licenceUploadId);
    expect(draft()).not.toHaveProperty("licenceUploadId");
  });
});

describe("states", () => {
  it("are left by the moves that name them, and by no other", () => {
    const table = merchantStatuses.map((status) => [
      status,
      Object.entries(moves).flatMap(([move, { from, to }]) =>
        (from as readonly string[]).includes(status) ? [`${move} -> ${to}`] : [],
      ),
    ]);
    expect(Object.fromEntries(table)).toEqual({
      applied: ["approve -> approved", "reject -> rejected", "blacklist -> blacklisted"],
      approved: ["freeze -> frozen", "blacklist -> blacklisted", "beginClosure -> closing"],
      frozen: ["unfreeze -> approved", "blacklist -> blacklisted", "beginClosure -> closing"],
      closing: ["endClosure -> closed"],
      rejected: [],
      closed: [],
      blacklisted: [],
    });
  });

  it.each(Object.keys(moves) as (keyof typeof moves)[])("%s begins nowhere else", (move) => {
    for (const status of merchantStatuses) {
      const standing = { ...draft(), status };
      const { from, to } = moves[move];
      if ((from as readonly string[]).includes(status)) {
        refuseMove(move, standing);
        const after = moved(standing, move, { at, by: "act_official", reason: "核实" });
        expect(after).toMatchObject({ status: to, version: 2, decision: { move, by: "act_official" } });
      } else expect(() => refuseMove(move, standing)).toThrow("merchant-state");
    }
  });

  it("of business tell a frozen merchant from one that is none", () => {
    expect(stateRefusal("frozen").problem).toMatchObject({ slug: "merchant-frozen", status: 423 });
    expect(stateRefusal(undefined).problem).toMatchObject({ slug: "not-found", status: 404 });
    for (const status of ["applied", "rejected", "closing", "closed", "blacklisted"] as const)
      expect(stateRefusal(status).problem).toMatchObject({ slug: "merchant-state", status: 409 });
  });

  it("that the public does not know show it nothing", () => {
    const shown = merchantStatuses.filter((status) => publicView({ ...draft(), status }));
    expect(shown.toSorted()).toEqual([...publicStatuses].toSorted());
    expect(shown).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/applied|rejected|blacklisted/)]),
    );
    expect(publicView(undefined)).toBeUndefined();
  });
});

const place = (of: Partial<Staff> = {}): Staff => ({
  merchantId: "mer_1",
  staffId: "stf_1",
  actor: "act_staff",
  label: "前台1",
  role: "cashier",
  status: "active",
  joinedAt: at,
  ...of,
});

describe("nobody decides on their own", () => {
  it("not who applied, not who is or was on the staff, not who froze", () => {
    const frozen = { at, by: "act_freezer", reason: "", reviewBy: "2026-06-11", approvalId: "apv_1" };
    const standing = { ...draft(), frozen };
    for (const by of ["act_owner", "act_freezer"])
      expect(() => refuseOwn(standing, undefined, by)).toThrow("four-eyes");
    for (const status of ["active", "revoked"] as const)
      expect(() => refuseOwn(standing, place({ status }), "act_staff")).toThrow("four-eyes");
    expect(() => refuseOwn(standing, undefined, "act_other")).not.toThrow();
  });
});

describe("the staff", () => {
  it("may what its place says: a manager also what a cashier may", () => {
    const manager = place({ role: "manager" });
    for (const needs of ["manager", "cashier"] as const) admitStaff(manager, needs);
    admitStaff(place(), "cashier");
    expect(() => admitStaff(place(), "manager")).toThrow("forbidden");
  });

  it("is told that its place was taken back; a stranger is told that there is nothing", () => {
    for (const needs of ["manager", "cashier"] as const) {
      expect(() => admitStaff(place({ role: "manager", status: "revoked" }), needs)).toThrow(
        "actor-suspended",
      );
      expect(() => admitStaff(undefined, needs)).toThrow("not-found");
    }
  });

  it("is joined by an invitation that is good, not by one's own, and not twice", () => {
    const invitation = {
      merchantId: "mer_1",
      label: "前台1",
      role: "cashier",
      invitedBy: "stf_manager",
      goodUntil: "2026-06-10T04:00:00.001Z",
    } as const;
    admitInvitation(invitation, undefined, now);
    admitInvitation(invitation, place({ status: "revoked" }), now);
    expect(() => admitInvitation({ ...invitation, goodUntil: at }, undefined, now)).toThrow(
      "staff-invitation-invalid",
    );
    expect(() => admitInvitation(undefined, undefined, now)).toThrow("staff-invitation-invalid");
    expect(() => admitInvitation(invitation, place(), now)).toThrow("already-staff");
    const giver = place({ staffId: "stf_manager", status: "revoked" });
    expect(() => admitInvitation(invitation, giver, now)).toThrow("staff-invitation-invalid");
  });
});

describe("a lease", () => {
  it("runs through its last day", () => {
    expect(leaseRuns({ leaseEndsOn: "2026-06-10" }, "2026-06-10")).toBe(true);
    expect(leaseRuns({ leaseEndsOn: "2026-06-09" }, "2026-06-10")).toBe(false);
  });
});

describe("a merchant is found", () => {
  const approved: Merchant = { ...draft(), status: "approved" };

  it("in every list that a question may be answered from, and answers only the whole question", () => {
    const kept = [
      {},
      { town: "平望镇" },
      { category: "游泳" },
      { town: "平望镇", category: "健身房" },
      { q: "健身" },
      { q: "平望 健身" },
      { q: "店" },
      { q: "（平望）", town: "平望镇" },
      { campaignId: "cmp_1" },
    ];
    for (const question of kept) {
      expect(termsOf(approved)).toContain(termFor(question));
      expect(answers(approved, question)).toBe(true);
    }
    for (const question of [
      { town: "同里镇" },
      { category: "羽毛球" },
      { q: "健身 同里" },
      { q: "平望镇" },
      { q: "健身", town: "同里镇" },
    ])
      expect(answers(approved, question)).toBe(false);
  });

  it("only while it is approved, and by a campaign only where it names none or that one", () => {
    for (const status of merchantStatuses)
      expect(answers({ ...approved, status }, {})).toBe(status === "approved");
    const chosen = { ...approved, campaignIds: ["cmp_1"] };
    expect([answers(chosen, { campaignId: "cmp_1" }), answers(chosen, { campaignId: "cmp_2" })]).toEqual([
      true,
      false,
    ]);
  });
});

describe("what is shown", () => {
  it("to officials tells the last four digits of an account and no more", () => {
    const settlementAccount = account(input.name);
    const shown = detailView({ ...draft({ settlementAccount }), custodyAccount: account("存管") });
    expect(shown.settlementAccount).toMatchObject({ accountNumberMasked: "****5432", bankName: "演示银行" });
    expect(JSON.stringify(shown)).not.toContain("6222");
    expect(shown.supervised).toBe(true);
    expect(shown).not.toHaveProperty("version");
  });

  it("to everybody says whether a bank keeps what is prepaid", () => {
    const approved: Merchant = { ...draft(), status: "approved" };
    expect(publicView(approved)).toMatchObject({
      supervised: false,
      supervision: { zh: "未纳入预付资金存管，请谨慎预付" },
    });
    expect(publicView({ ...approved, custodyAccount: account("存管") })).toMatchObject({
      supervised: true,
      supervision: { zh: "预付资金由银行存管" },
    });
    const rule = ruleOf(merchants.lease as never, { source: { zh: "", en: "" }, jurisdiction: "CN" });
    expect(JSON.stringify(publicView({ ...approved, warnings: [rule] }))).not.toMatch(
      /Fen|account|creditCode|warnings|merchants\.lease/,
    );
  });
});
