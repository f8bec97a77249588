import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { merchantRoutes } from "#shared/merchants/contract.ts";
import { finance } from "../../support/ledger.ts";
import {
  admitted,
  apply,
  custodyAccount,
  decideOn,
  merchantCaller,
  settlementAccount,
  venueInput,
} from "../../support/merchants.ts";
import { good, refused, startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

const find = async (query: Record<string, unknown> = {}) =>
  good(service.anyone(merchantRoutes.listMerchants, { query: { limit: 100, ...query } }));
const namesOf = async (query: Record<string, unknown> = {}) =>
  (await find(query)).items.map(({ name }) => name);
const read = (merchantId: string) => service.anyone(merchantRoutes.getMerchant, { path: { merchantId } });

describe("everybody", () => {
  it("finds merchants by town, by what they offer, by words of the name, and by all of it", async () => {
    await admitted(service, { name: "运河健身汇", town: "平望镇", categories: ["健身房", "游泳"] });
    await admitted(service, { name: "运河羽毛球馆", town: "平望镇", categories: ["羽毛球"] });
    await admitted(service, { name: "古镇健身汇", town: "同里镇", categories: ["健身房"] });
    expect(await namesOf()).toEqual(["运河健身汇", "运河羽毛球馆", "古镇健身汇"]);
    expect(await namesOf({ town: "平望镇" })).toEqual(["运河健身汇", "运河羽毛球馆"]);
    expect(await namesOf({ category: "健身房" })).toEqual(["运河健身汇", "古镇健身汇"]);
    expect(await namesOf({ category: "游泳", town: "平望镇" })).toEqual(["运河健身汇"]);
    expect(await namesOf({ q: "健身汇" })).toEqual(["运河健身汇", "古镇健身汇"]);
    expect(await namesOf({ q: "健身 运河" })).toEqual(["运河健身汇"]);
    expect(await namesOf({ q: "馆" })).toEqual(["运河羽毛球馆"]);
    expect(await namesOf({ q: "健身汇", town: "同里镇", category: "健身房" })).toEqual(["古镇健身汇"]);
    expect(await namesOf({ town: "七都镇" })).toEqual([]);
    expect(await namesOf({ campaignId: "cmp_01J00000000000000000000000" })).toHaveLength(3);
    expect(await refused(service.anyone(merchantRoutes.listMerchants, { query: { campaignId: "x" } }))).toBe(
      "400 invalid-parameter",
    );
  });

  it("reads on in pages, with a cursor that is good for that question and no other", async () => {
    const first = await find({ limit: 2 });
    expect(first.items).toHaveLength(2);
    const second = await find({ limit: 2, cursor: first.nextCursor });
    expect(second.items.map(({ name }) => name)).toEqual(["古镇健身汇"]);
    expect(second).not.toHaveProperty("nextCursor");
    for (const query of [
      { limit: 2, cursor: first.nextCursor, town: "平望镇" },
      { limit: 2, cursor: `${first.nextCursor}x` },
    ])
      expect(await refused(service.anyone(merchantRoutes.listMerchants, { query } as never))).toBe(
        "400 invalid-cursor",
      );
  });

  it("sees a frozen merchant as such where they look for it, and not in the list; a blacklisted one nowhere", async () => {
    const { merchantId } = await admitted(service, { name: "待查健身馆", town: "震泽镇" });
    await good(decideOn(finance(service), "freeze", merchantId));
    expect(await namesOf({ town: "震泽镇" })).toEqual([]);
    expect(await good(read(merchantId))).toMatchObject({ status: "frozen" });
    await good(decideOn(finance(service, "finance-2"), "unfreeze", merchantId));
    expect(await namesOf({ town: "震泽镇" })).toEqual(["待查健身馆"]);
    await good(decideOn(finance(service), "blacklist", merchantId));
    expect(await namesOf({ town: "震泽镇" })).toEqual([]);
    expect(await refused(read(merchantId))).toBe("404 not-found");
  });

  it("knows of none that was not admitted", async () => {
    const applied = await good(apply(merchantCaller(service), { town: "桃源镇" }));
    const rejected = await good(apply(merchantCaller(service), { town: "桃源镇" }));
    await good(decideOn(finance(service), "reject", rejected.merchantId));
    for (const { merchantId } of [applied, rejected])
      expect(await refused(read(merchantId))).toBe("404 not-found");
    expect(await namesOf({ town: "桃源镇" })).toEqual([]);
  });

  it("sees who keeps what is prepaid and until when the lease runs, and never figures, codes, accounts or reasons", async () => {
    const name = "演示存管健身馆";
    const { owner, path } = await admitted(
      service,
      { name, town: "七都镇", settlementAccount: settlementAccount(name) },
      { custodyAccount },
    );
    const venue = await good(owner(merchantRoutes.addVenue, { path, body: venueInput() }));
    const summary = {
      merchantId: path.merchantId,
      name,
      town: "七都镇",
      categories: ["健身房"],
      status: "approved",
      supervised: true,
      supervision: { zh: "预付资金由银行存管", en: "What is prepaid is kept by a bank" },
      leaseEndsOn: "2029-12-31",
    };
    // Everything that is answered, name by name: one more would be a leak.
    expect((await find({ town: "七都镇" })).items).toEqual([summary]);
    expect(await good(read(path.merchantId))).toEqual({ ...summary, venues: [venue] });
    const [unsupervised] = (await find({ q: "运河健身汇" })).items;
    expect(unsupervised).toMatchObject({
      supervised: false,
      supervision: { zh: "未纳入预付资金存管，请谨慎预付" },
    });
  });
});
