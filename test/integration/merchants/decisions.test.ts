import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WebhookEventType } from "#events/contracts/webhooks.ts";
import { auditRoutes } from "#shared/audit/contract.ts";
import type { Client } from "#shared/client.ts";
import { merchantRoutes } from "#shared/merchants/contract.ts";
import type { MerchantStatus } from "#shared/merchants/model.ts";
import { businessDate } from "#shared/platform/time.ts";
import { webhookRoutes } from "#shared/webhooks/contract.ts";
import { approve, readApproval, reject, writtenAtOnce } from "../../support/deciding.ts";
import { withFault } from "../../support/faults.ts";
import { finance } from "../../support/ledger.ts";
import {
  admitted,
  apply,
  changeRule,
  custodyAccount,
  type Decision,
  decideOn,
  joined,
  merchantCaller,
} from "../../support/merchants.ts";
import { startReceiver } from "../../support/receiver.ts";
import { good, refused, startTestService, type TestService } from "../../support/service.ts";
import { deliverWebhooks } from "../../support/webhooks.ts";

let service: TestService;
let one: Client;
let other: Client;
beforeAll(async () => {
  service = await startTestService();
  one = finance(service);
  other = service.as("director", ["admin"], undefined, ["pwd", "mfa"]);
});
afterAll(() => service.stop());

const applied = async (of: Record<string, unknown> = {}) =>
  (await good(apply(merchantCaller(service), of))).merchantId;
const reviewOf = async (merchantId: string, status: MerchantStatus) => {
  const query = { limit: 100, status };
  const { items } = await good(one(merchantRoutes.listMerchantReviews, { query }));
  return items.find((found) => found.merchantId === merchantId);
};
const logOf = async (merchantId: string) => {
  const query = { limit: 100, date: businessDate(service.clock.now()) };
  const { items } = await good(one(auditRoutes.listAuditLog, { query }));
  return items.filter(({ subject }) => subject === merchantId);
};
const publicly = async (merchantId: string) => {
  const answer = await service.anyone(merchantRoutes.getMerchant, { path: { merchantId } });
  return answer.ok ? answer.body.status : answer.status;
};

describe("a decision on a merchant", () => {
  it("is in the audit log with who, why and from which state", async () => {
    const merchantId = await applied();
    await good(decideOn(one, "approve", merchantId, { reason: "资料齐全", custodyAccount }));
    await good(decideOn(one, "freeze", merchantId, { reason: "投诉集中" }));
    await good(decideOn(other, "blacklist", merchantId, { reason: "查实跑路" }));
    const log = await logOf(merchantId);
    expect(log).toMatchObject([
      { action: "merchant.blacklist", roles: ["admin"], facts: { reason: "查实跑路", before: "frozen" } },
      { action: "merchant.freezeReview.asked" },
      { action: "merchant.freeze" },
      {
        action: "merchant.approve",
        facts: {
          reason: "资料齐全",
          before: "applied",
          supervised: true,
          abnormal: false,
          cardsAllowed: true,
        },
      },
    ]);
    expect(JSON.stringify(log)).not.toContain(custodyAccount.accountNumber);
  });

  it("is made in the states that it names and in no other", async () => {
    const made: Record<string, () => Promise<string>> = {
      applied,
      approved: async () => (await admitted(service)).merchantId,
      frozen: async () => {
        const { merchantId } = await admitted(service);
        await good(decideOn(finance(service, "freezer"), "freeze", merchantId));
        return merchantId;
      },
      rejected: async () => {
        const merchantId = await applied();
        await good(decideOn(one, "reject", merchantId));
        return merchantId;
      },
      blacklisted: async () => {
        const merchantId = await applied();
        await good(decideOn(one, "blacklist", merchantId));
        return merchantId;
      },
    };
    const outcomes: Record<string, string[]> = {};
    for (const [state, make] of Object.entries(made))
      for (const decision of ["approve", "reject", "freeze", "unfreeze", "blacklist"] as Decision[]) {
        const { ok, status, body } = await decideOn(other, decision, await make());
        if (ok) outcomes[state] = [...(outcomes[state] ?? []), `${decision} -> ${body.status}`];
        else
          expect([status, body.type, body["merchantStatus"]]).toEqual([
            409,
            "/problems/merchant-state",
            state,
          ]);
      }
    expect(outcomes).toEqual({
      applied: ["approve -> approved", "reject -> rejected", "blacklist -> blacklisted"],
      approved: ["freeze -> frozen", "blacklist -> blacklisted"],
      frozen: ["unfreeze -> approved", "blacklist -> blacklisted"],
    });
  });

  it("is one effect under one key", async () => {
    const merchantId = await applied();
    for (const decision of ["approve", "freeze", "blacklist"] as const) {
      const key = crypto.randomUUID();
      const first = await good(decideOn(one, decision, merchantId, {}, key));
      expect(await good(decideOn(one, decision, merchantId, {}, key))).toEqual(first);
      expect(await refused(decideOn(one, decision, merchantId, { reason: "别的" }, key))).toBe(
        "422 idempotency-key-reused",
      );
    }
    expect((await logOf(merchantId)).map(({ action }) => action).toSorted()).toEqual([
      "merchant.approve",
      "merchant.blacklist",
      "merchant.freeze",
      "merchant.freezeReview.asked",
    ]);
  });

  it("is one effect when two officials make it at once", async () => {
    for (const [first, second] of [
      ["approve", "approve"],
      ["approve", "reject"],
    ] as const) {
      const merchantId = await applied();
      const answers = await writtenAtOnce(2, () =>
        Promise.all([decideOn(one, first, merchantId), decideOn(other, second, merchantId)]),
      );
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
      const refusal = answers.find(({ ok }) => !ok);
      expect(refusal?.body).toMatchObject({ type: "/problems/merchant-state" });
      expect(await logOf(merchantId)).toHaveLength(1);
    }
  });

  it("that is still possible after another came between is made when it is asked again", async () => {
    const { merchantId } = await admitted(service);
    const key = crypto.randomUUID();
    const [frozen, blacklisted] = await writtenAtOnce(2, () =>
      Promise.all([decideOn(one, "freeze", merchantId), decideOn(other, "blacklist", merchantId, {}, key)]),
    );
    if (blacklisted.ok) expect(frozen).toMatchObject({ status: 409 });
    else {
      expect(blacklisted).toMatchObject({ status: 409, body: { type: "/problems/request-in-progress" } });
      expect(blacklisted.headers.get("retry-after")).toBe("1");
    }
    expect(await good(decideOn(other, "blacklist", merchantId, {}, key))).toMatchObject({
      status: "blacklisted",
    });
    expect(await reviewOf(merchantId, "blacklisted")).toMatchObject({ decision: { move: "blacklist" } });
  });

  it("is not made on what there is not, nor without a reason", async () => {
    expect(await refused(decideOn(one, "approve", "mer_01J00000000000000000000000"))).toBe("404 not-found");
    expect(await refused(decideOn(one, "freeze", await applied(), { reason: " " }))).toBe("400 invalid-body");
  });

  it("tells the applicant why they were rejected", async () => {
    const owner = merchantCaller(service);
    const { merchantId } = await good(apply(owner));
    await good(decideOn(one, "reject", merchantId, { reason: "执照照片不清" }));
    const { items } = await good(owner(merchantRoutes.listMyMerchants, { query: {} }));
    expect(items).toMatchObject([{ status: "rejected", reason: "执照照片不清" }]);
  });
});

describe("four eyes: nobody admits or sets free their own", () => {
  const asOfficial = (sub: string) => service.as(sub, ["finance"], undefined, ["pwd", "mfa"]);

  it("not who applied, nor who is or was on the staff", async () => {
    const owner = service.as("both-roles", ["merchant"]);
    const { merchantId } = await good(apply(owner));
    expect(await refused(decideOn(asOfficial("both-roles"), "approve", merchantId))).toBe("403 four-eyes");
    const { staffId } = await joined(service, owner, merchantId);
    // The staff's account is known by its client only; sign the same account in as an official.
    const colleague = service.as("colleague", ["merchant"]);
    const path = { merchantId };
    const body = { label: "前台2", role: "manager" } as const;
    const { invitationCode } = await good(owner(merchantRoutes.inviteStaff, { path, body }));
    const accepted = await good(
      colleague(merchantRoutes.acceptStaffInvitation, { body: { invitationCode } }),
    );
    expect(accepted.staffId).not.toBe(staffId);
    expect(await refused(decideOn(asOfficial("colleague"), "approve", merchantId))).toBe("403 four-eyes");
    await good(owner(merchantRoutes.revokeStaff, { path: { ...path, staffId: accepted.staffId } }));
    expect(await refused(decideOn(asOfficial("colleague"), "approve", merchantId))).toBe("403 four-eyes");
    expect(await publicly(merchantId)).toBe(404);
    await good(decideOn(one, "approve", merchantId));
    await good(decideOn(one, "freeze", merchantId));
    expect(await refused(decideOn(asOfficial("both-roles"), "unfreeze", merchantId))).toBe("403 four-eyes");
  });

  it("not who froze", async () => {
    const { merchantId } = await admitted(service);
    await good(decideOn(one, "freeze", merchantId));
    const asAdmin = service.as("finance-1", ["admin"], undefined, ["mfa"]);
    for (const self of [one, asAdmin])
      expect(await refused(decideOn(self, "unfreeze", merchantId))).toBe("403 four-eyes");
    expect(await publicly(merchantId)).toBe("frozen");
    expect(await good(decideOn(other, "unfreeze", merchantId))).toMatchObject({ status: "approved" });
  });
});

describe("a freeze", () => {
  const frozen = async () => {
    const { merchantId } = await admitted(service);
    const { frozen: freeze } = await good(decideOn(one, "freeze", merchantId, { reason: "投诉集中" }));
    return { merchantId, approvalId: freeze?.approvalId ?? "", freeze };
  };

  it("is at once, and is to be reviewed by the end of the next working day", async () => {
    const { merchantId, freeze, approvalId } = await frozen();
    expect(freeze).toEqual({
      at: expect.any(String),
      by: expect.stringMatching(/^act_/),
      reason: "投诉集中",
      reviewBy: "2026-06-11",
      approvalId: expect.stringMatching(/^apv_/),
    });
    expect(await publicly(merchantId)).toBe("frozen");
    expect(await readApproval(other, approvalId)).toMatchObject({
      act: "merchant.freezeReview",
      subject: merchantId,
      status: "pending-approval",
      before: { status: "frozen", frozen: { reviewBy: "2026-06-11" } },
      after: { status: "frozen", frozen: { reviewed: true } },
    });
  });

  it("and its review are one write with their lines in the audit log", async () => {
    const { merchantId } = await admitted(service);
    const written: string[][] = [];
    await withFault(
      (command, input, next) => {
        const items = (input["TransactItems"] ?? []) as { Put?: { TableName: string } }[];
        if (command.startsWith("TransactWrite"))
          written.push(items.map(({ Put }) => String(Put?.TableName).split("-").slice(2).join("-")));
        return next();
      },
      () => good(decideOn(one, "freeze", merchantId)),
    );
    expect(written).toHaveLength(1);
    expect(written[0]?.toSorted()).toEqual([
      "audit-log",
      "audit-log",
      "operations",
      "operations",
      "settlement",
      "settlement",
    ]);
  });

  it("stands when another person agrees, and says so; who froze cannot review it", async () => {
    const { merchantId, approvalId } = await frozen();
    expect(await refused(approve(one, approvalId))).toBe("403 four-eyes");
    expect((await reviewOf(merchantId, "frozen"))?.frozen).not.toHaveProperty("reviewedAt");
    const { checker, decidedAt } = await good(approve(other, approvalId));
    expect(await reviewOf(merchantId, "frozen")).toMatchObject({
      status: "frozen",
      frozen: { reviewedAt: decidedAt, reviewedBy: checker, reviewBy: "2026-06-11" },
    });
    expect(await refused(decideOn(one, "unfreeze", merchantId))).toBe("403 four-eyes");
    const lifted = await good(decideOn(other, "unfreeze", merchantId));
    expect(lifted).toMatchObject({ status: "approved", decision: { move: "unfreeze" } });
    expect(lifted).not.toHaveProperty("frozen");
    expect((await logOf(merchantId)).map(({ action }) => action)).toEqual(
      expect.arrayContaining(["merchant.freezeReview.approved", "merchant.unfreeze"]),
    );
  });

  it("stays when another person disagrees, until it is lifted", async () => {
    const { merchantId, approvalId } = await frozen();
    await good(reject(other, approvalId));
    const standing = await reviewOf(merchantId, "frozen");
    expect(standing?.frozen).not.toHaveProperty("reviewedAt");
    expect(await publicly(merchantId)).toBe("frozen");
    await good(decideOn(other, "unfreeze", merchantId));
    expect(await publicly(merchantId)).toBe("approved");
  });

  it("that was lifted is not reviewed any more, and a later one has a review of its own", async () => {
    const first = await frozen();
    const { merchantId } = first;
    await good(decideOn(other, "unfreeze", merchantId));
    expect(await refused(approve(other, first.approvalId))).toBe("409 merchant-state");
    service.clock.advance(1);
    const again = await good(decideOn(one, "freeze", merchantId));
    expect(await refused(approve(other, first.approvalId))).toBe("409 merchant-state");
    expect((await reviewOf(merchantId, "frozen"))?.frozen).not.toHaveProperty("reviewedAt");
    await good(approve(other, again.frozen?.approvalId ?? ""));
    expect((await reviewOf(merchantId, "frozen"))?.frozen).toHaveProperty("reviewedAt");
  });

  it("is not noted as reviewed when it is lifted at that moment", async () => {
    const { merchantId, approvalId } = await frozen();
    const { requestHash } = await readApproval(other, approvalId);
    const third = finance(service, "finance-3");
    const [review, lifting] = await writtenAtOnce(2, () =>
      Promise.all([approve(other, approvalId, { requestHash }), decideOn(third, "unfreeze", merchantId)]),
    );
    const standing = await reviewOf(merchantId, "approved");
    if (review.ok) expect(lifting.status).toBe(409);
    else {
      expect(review).toMatchObject({ status: 409, body: { type: "/problems/request-changed" } });
      expect(standing).not.toHaveProperty("frozen");
    }
    expect([review.ok, lifting.ok].filter((ok) => ok)).toHaveLength(1);
  });

  it("is reviewed after a weekend or a feast, and waits for no calendar that is missing", async () => {
    const official = (day: string) => finance(service, `finance-of-${day}`);
    const now = service.clock.now();
    for (const [day, reviewBy] of [
      ["2026-06-12", "2026-06-15"],
      ["2026-06-18", "2026-06-22"],
      ["2026-12-31", "2027-01-01"],
    ] as const) {
      service.clock.set(now);
      const { merchantId } = await admitted(service);
      service.clock.set(new Date(`${day}T04:00:00.000Z`));
      const answer = await good(decideOn(official(day), "freeze", merchantId));
      expect(answer.frozen?.reviewBy).toBe(reviewBy);
    }
    service.clock.set(now);
  });
});

describe("rules that a merchant is held to", () => {
  it("keep out one whose lease has ended, naming rule and source in both languages", async () => {
    const ended = await applied({ leaseEndsOn: "2026-06-09" });
    expect(await decideOn(one, "approve", ended)).toMatchObject({
      status: 422,
      body: {
        type: "/problems/refused-by-policy",
        policyId: "merchants.lease",
        rule: "商户场地租期须未届满",
        source: expect.stringContaining("苏体〔2023〕3号"),
        jurisdiction: "CN-32",
      },
    });
    const token = await service.issuer.token({ sub: "finance-1", roles: ["finance"], amr: ["mfa"] });
    const english = await fetch(`${service.url}/v1/merchants/${ended}/approve`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "accept-language": "en",
        "content-type": "application/json",
        "idempotency-key": crypto.randomUUID(),
      },
      body: JSON.stringify({ reason: "x" }),
    });
    expect(await english.json()).toMatchObject({
      rule: "A merchant's lease has not ended",
      source: expect.stringContaining("Jiangsu Sports Bureau"),
    });
    expect(await publicly(ended)).toBe(404);
    await good(decideOn(one, "approve", await applied({ leaseEndsOn: "2026-06-10" })));
  });

  it("warn where they only warn", async () => {
    const value = { remainingDays: 30 };
    await changeRule(service, { policyId: "merchants.lease", value, enforcement: "warn" });
    const close = await good(decideOn(one, "approve", await applied({ leaseEndsOn: "2026-07-09" })));
    expect(close).toMatchObject({
      status: "approved",
      cardsAllowed: true,
      warnings: [{ policyId: "merchants.lease", source: { zh: "测试用规定", en: "A rule for tests" } }],
    });
    const far = await good(decideOn(one, "approve", await applied({ leaseEndsOn: "2026-07-10" })));
    expect(far.warnings).toEqual([]);
  });

  it("keep out one on the abnormal list; where that only warns it sells no cards; where it is off it may", async () => {
    const abnormal = { abnormal: true };
    const refusedOne = await applied();
    expect(await decideOn(one, "approve", refusedOne, abnormal)).toMatchObject({
      status: 422,
      body: { policyId: "prepaid.abnormal-operator", rule: expect.stringContaining("经营异常") },
    });
    expect(await publicly(refusedOne)).toBe(404);
    const rule = { policyId: "prepaid.abnormal-operator", value: { listed: false } };
    await changeRule(service, { ...rule, enforcement: "warn" });
    expect(await good(decideOn(one, "approve", refusedOne, abnormal))).toMatchObject({
      status: "approved",
      cardsAllowed: false,
      abnormal: true,
      warnings: [{ policyId: "prepaid.abnormal-operator" }],
    });
    await good(decideOn(one, "freeze", refusedOne));
    expect(await good(decideOn(other, "unfreeze", refusedOne))).toMatchObject({ cardsAllowed: false });
    await changeRule(service, { ...rule, enforcement: "off" });
    expect(await good(decideOn(one, "approve", await applied(), abnormal))).toMatchObject({
      cardsAllowed: true,
      abnormal: true,
      warnings: [],
    });
  });
});

it("what is decided on a merchant is told to its own systems, once for each decision", async () => {
  const receiver = await startReceiver();
  const { owner: call, path } = await admitted(service);
  const events: WebhookEventType[] = ["merchant.approved", "merchant.frozen", "merchant.unfrozen"];
  await good(call(webhookRoutes.createWebhook, { path, body: { url: receiver.url, events } }));
  const key = crypto.randomUUID();
  for (let press = 0; press < 2; press += 1) await good(decideOn(one, "freeze", path.merchantId, {}, key));
  await good(decideOn(other, "unfreeze", path.merchantId));
  for (let tick = 0; tick < 2; tick += 1) await deliverWebhooks();
  const told = receiver.got.map(({ body }) => (JSON.parse(body) as { type: string }).type);
  // Of what was decided before there was an address the address is told too, while it is still to be handed out.
  expect(told.filter((type) => type !== "merchant.approved").toSorted()).toEqual([
    "merchant.frozen",
    "merchant.unfrozen",
  ]);
  await receiver.stop();
});
