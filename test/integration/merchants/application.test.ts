import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "#shared/client.ts";
import { merchantRoutes } from "#shared/merchants/contract.ts";
import { client } from "#shared/platform/dynamo.ts";
import { roles } from "#shared/platform/route.ts";
import { writtenAtOnce } from "../../support/deciding.ts";
import { finance } from "../../support/ledger.ts";
import {
  aCreditCode,
  admitted,
  apply,
  custodyAccount,
  decideOn,
  merchantCaller,
  merchantInput,
  settlementAccount,
  venueInput,
} from "../../support/merchants.ts";
import { good, refused, startTestService, type TestService } from "../../support/service.ts";
import { arrived as begun, pdf, uploaded } from "../../support/uploads.ts";

let service: TestService;
let official: Client;
beforeAll(async () => {
  service = await startTestService();
  official = finance(service);
});
afterAll(() => service.stop());

const reviews = async (query: Record<string, string> = {}) =>
  (await good(official(merchantRoutes.listMerchantReviews, { query: { limit: 100, ...query } }))).items;
const reviewOf = async (merchantId: string, status = "applied") =>
  (await reviews({ status })).find((one) => one.merchantId === merchantId);
const mine = async (call: Client) => (await good(call(merchantRoutes.listMyMerchants, { query: {} }))).items;

describe("an application", () => {
  it.each(roles)("is made by whoever signs in, who becomes its first staff: %s", async (role) => {
    const owner = service.as(`applicant-${role}`, [role, "citizen"], "org-1");
    const applied = await good(apply(owner));
    expect(applied).toMatchObject({
      merchantId: expect.stringMatching(/^mer_[0-9A-HJKMNP-TV-Z]{26}$/),
      status: "applied",
      cardsAllowed: false,
      supervised: false,
      org: "org-1",
    });
    expect(await mine(owner)).toMatchObject([
      { merchantId: applied.merchantId, status: "applied", role: "manager", label: "负责人" },
    ]);
  });

  it("goes from arriving to being found by everybody, and its review shows officials everything", async () => {
    const owner = merchantCaller(service);
    const name = "演示羽毛球（同里）馆";
    const stated = merchantInput({
      name,
      town: "同里镇",
      categories: ["羽毛球"],
      licenceUploadId: (await uploaded(owner, pdf(), { purpose: "licence" })).uploadId,
      leaseUploadId: (await uploaded(owner, pdf(), { purpose: "lease" })).uploadId,
    });
    const body = { ...stated, settlementAccount: settlementAccount("演示羽毛球(同里)馆") };
    const { merchantId } = await good(owner(merchantRoutes.applyMerchant, { body }));
    const path = { merchantId };
    expect(await refused(service.anyone(merchantRoutes.getMerchant, { path }))).toBe("404 not-found");
    const venue = await good(owner(merchantRoutes.addVenue, { path, body: venueInput({ town: "同里镇" }) }));
    expect(await reviewOf(merchantId)).toMatchObject({
      ...stated,
      status: "applied",
      settlementAccount: { accountNumberMasked: "****2109", bankCode: "102305400123" },
      appliedBy: expect.stringMatching(/^act_/),
    });
    const approved = await good(decideOn(official, "approve", merchantId, { custodyAccount }));
    expect(approved).toMatchObject({
      status: "approved",
      supervised: true,
      cardsAllowed: true,
      warnings: [],
    });
    expect(await reviewOf(merchantId)).toBeUndefined();
    expect(await reviewOf(merchantId, "approved")).toEqual(approved);
    const found = await good(service.anyone(merchantRoutes.listMerchants, { query: { town: "同里镇" } }));
    expect(found.items).toMatchObject([{ merchantId, name, status: "approved", supervised: true }]);
    expect(await good(service.anyone(merchantRoutes.getMerchant, { path }))).toMatchObject({
      supervision: { zh: "预付资金由银行存管" },
      venues: [venue],
    });
    expect(await mine(owner)).toMatchObject([{ status: "approved", supervised: true, cardsAllowed: true }]);
  });

  it("is one effect under one key, whatever was decided meanwhile", async () => {
    const owner = merchantCaller(service);
    const asked = { body: merchantInput(), idempotencyKey: crypto.randomUUID() };
    const first = await good(owner(merchantRoutes.applyMerchant, asked));
    await good(decideOn(official, "approve", first.merchantId));
    expect(await good(owner(merchantRoutes.applyMerchant, asked))).toEqual(first);
    expect(await mine(owner)).toHaveLength(1);
    const other = { ...asked, body: { ...asked.body, town: "同里镇" } };
    expect(await refused(owner(merchantRoutes.applyMerchant, other))).toBe("422 idempotency-key-reused");
  });
});

describe("the documents of an application", () => {
  const applying = (owner: Client, licenceUploadId: string) => refused(apply(owner, { licenceUploadId }));

  it("are the applicant's own, of their kind, checked, and used by one application", async () => {
    const owner = merchantCaller(service);
    const { uploadId } = await uploaded(owner, pdf(), { purpose: "licence" });
    expect(await applying(merchantCaller(service), uploadId)).toBe("404 not-found");
    expect(await applying(owner, "upl_01J00000000000000000000001")).toBe("404 not-found");
    const lease = await uploaded(owner, pdf(), { purpose: "lease" });
    expect(await applying(owner, lease.uploadId)).toBe("422 upload-wrong-purpose");
    const waiting = await begun(owner, pdf(), { purpose: "licence" });
    expect(await applying(owner, waiting.uploadId)).toBe("409 upload-not-ready");
    await good(apply(owner, { licenceUploadId: uploadId }));
    expect(await applying(owner, uploadId)).toBe("409 upload-used");
  });

  it("are used by one of two applications at once, and the other is not made", async () => {
    const owner = merchantCaller(service);
    const { uploadId: licenceUploadId } = await uploaded(owner, pdf(), { purpose: "licence" });
    const both = await writtenAtOnce(2, () =>
      Promise.all([apply(owner, { licenceUploadId }), apply(owner, { licenceUploadId })]),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(await mine(owner)).toHaveLength(1);
  });
});

describe("an application is refused", () => {
  const of = (more: Record<string, unknown>) => refused(apply(merchantCaller(service), more));

  it("for a credit code that is none", async () => {
    const code = aCreditCode();
    for (const written of [
      `${code.slice(0, 17)}${code[17] === "0" ? "1" : "0"}`,
      code.slice(1),
      `I${code.slice(1)}`,
    ])
      expect(await of({ unifiedSocialCreditCode: written })).toBe("422 invalid-credit-code");
  });

  it("for an account in another name, a founding that lies ahead, and fields that cannot be", async () => {
    expect(await of({ settlementAccount: settlementAccount("张示三") })).toBe("422 account-name-mismatch");
    expect(await of({ establishedOn: "2026-06-11" })).toBe("422 invalid-merchant");
    for (const wrong of [
      { lastYearRevenueFen: -1 },
      { paidInCapitalFen: 0.5 },
      { lastYearRevenueFen: "100" },
      { paidInCapitalFen: 1e21 },
      { leaseEndsOn: "2026-02-30" },
      { licenceUploadId: "upl_short" },
      { leaseUploadId: "https://example.com/lease.pdf" },
      { categories: [] },
      { name: " " },
      { settlementAccount: { ...settlementAccount("演示健身平望店"), bankCode: "12345678901" } },
      { settlementAccount: { ...settlementAccount("演示健身平望店"), accountNumber: "62220000 987X" } },
    ])
      expect([wrong, await of(wrong)]).toEqual([wrong, "400 invalid-body"]);
    expect(await of({ status: "approved" })).toBe("400 unknown-field");
  });

  it("while another of the code stands, in whatever spelling, and not once that was rejected", async () => {
    const code = aCreditCode();
    const { merchantId } = await good(apply(merchantCaller(service), { unifiedSocialCreditCode: code }));
    const again = () => of({ unifiedSocialCreditCode: ` ${code.toLowerCase()} ` });
    expect(await again()).toBe("409 merchant-exists");
    await good(decideOn(official, "reject", merchantId));
    await good(apply(merchantCaller(service), { unifiedSocialCreditCode: code }));
    expect(await again()).toBe("409 merchant-exists");
  });

  it("for ever once the code is blacklisted, from whichever state", async () => {
    for (const approved of [false, true]) {
      const unifiedSocialCreditCode = aCreditCode();
      const merchantId = approved
        ? (await admitted(service, { unifiedSocialCreditCode })).merchantId
        : (await good(apply(merchantCaller(service), { unifiedSocialCreditCode }))).merchantId;
      await good(decideOn(official, "blacklist", merchantId));
      expect(await of({ unifiedSocialCreditCode })).toBe("409 merchant-blacklisted");
    }
  });

  it("to one of two that arrive at once with one code", async () => {
    const unifiedSocialCreditCode = aCreditCode();
    const callers = [merchantCaller(service), merchantCaller(service)];
    const answers = await writtenAtOnce(2, () =>
      Promise.all(callers.map((call) => apply(call, { unifiedSocialCreditCode }))),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    const listed = (await Promise.all(callers.map(mine))).flat();
    expect(listed).toHaveLength(1);
    const standing = await reviews();
    expect(standing.filter((one) => one.unifiedSocialCreditCode === unifiedSocialCreditCode)).toHaveLength(1);
  });
});

it("account numbers are in the merchant's own item and nowhere else, and nobody is told them", async () => {
  const name = "演示账号核对店";
  const owner = merchantCaller(service);
  const body = merchantInput({ name, settlementAccount: settlementAccount(name) });
  const applied = await good(owner(merchantRoutes.applyMerchant, { body }));
  const approved = await good(decideOn(official, "approve", applied.merchantId, { custodyAccount }));
  const told = JSON.stringify([applied, approved, await reviews({ status: "approved" }), await mine(owner)]);
  const numbers = ["6222000098765432109", custodyAccount.accountNumber];
  expect(numbers.filter((number) => told.includes(number))).toEqual([]);
  expect(told).toContain("****2109");
  expect(told).toContain("****3344");
  const holding = async (table: "settlement" | "operations" | "audit-log") => {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: service.parts.tableNames[table] }));
    expect(Items.length).toBeGreaterThan(0);
    return Items.filter((item) => numbers.some((number) => JSON.stringify(item).includes(number)));
  };
  expect(await holding("operations")).toEqual([]);
  expect(await holding("audit-log")).toEqual([]);
  const items = await holding("settlement");
  expect(items.every(({ sk }) => sk === "MERCHANT")).toBe(true);
  expect(items).toEqual(
    expect.arrayContaining([expect.objectContaining({ merchantId: applied.merchantId })]),
  );
});

it("reviews are listed by state in pages, oldest first, each page only by its own list", async () => {
  const list = (query: Record<string, string | number>) =>
    official(merchantRoutes.listMerchantReviews, { query });
  const first = await good(list({ limit: 2 }));
  const cursor = first.nextCursor ?? "";
  const second = await good(list({ limit: 2, cursor }));
  const ids = [...first.items, ...second.items].map(({ merchantId }) => merchantId);
  expect(new Set(ids).size).toBe(4);
  expect(ids).toEqual(ids.toSorted());
  expect(await refused(list({ limit: 2, status: "approved", cursor }))).toBe("400 invalid-cursor");
});
