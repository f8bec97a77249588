import type { LookupAddress } from "node:dns";
import { afterEach, describe, expect, it, vi } from "vitest";
import { env } from "#shared/platform/env.ts";
import { AddressRefused, isPublicAddress, publicLookup, readUrl } from "#shared/webhooks/addresses.ts";
import { post } from "#shared/webhooks/post.ts";

describe("an address that a merchant registers", () => {
  it.each([
    "https://shop.example.com/leyun",
    "https://shop.example.com:8443/a?b=c",
    "https://8.8.8.8/",
    "https://[2400:3200::1]/",
    "https://商户.example.com/",
  ])("may be %s", (url) => {
    expect(readUrl(url)).toBeInstanceOf(URL);
  });

  it.each([
    ["plain http", "http://shop.example.com/"],
    ["another protocol", "ftp://shop.example.com/"],
    ["no address at all", "shop"],
    ["with a user and a password", "https://a:b@shop.example.com/"],
    ["with a fragment", "https://shop.example.com/#a"],
    ["this machine by name", "https://localhost/"],
    ["this machine by a name below", "https://a.localhost./"],
    ["a name of a network of its own", "https://db.internal/"],
    ["a name without a domain", "https://intranet-server/"],
    ["multicast DNS", "https://printer.local/"],
    ["loopback", "https://127.0.0.1/"],
    ["loopback in one number", "https://2130706433/"],
    ["loopback in hexadecimal", "https://0x7f.1/"],
    ["private, 10/8", "https://10.1.2.3/"],
    ["private, 172.16/12", "https://172.31.255.255/"],
    ["private, 192.168/16", "https://192.168.0.1/"],
    ["link-local, where functions find their credentials", "https://169.254.169.254/latest"],
    ["shared, where Alibaba's machines find theirs", "https://100.100.100.200/"],
    ["nothing", "https://0.0.0.0/"],
    ["multicast", "https://224.0.0.1/"],
    ["IPv6 loopback", "https://[::1]/"],
    ["IPv4 within IPv6", "https://[::ffff:127.0.0.1]/"],
    ["IPv4 within IPv6 by translation", "https://[64:ff9b::a00:1]/"],
    ["6to4", "https://[2002:7f00:1::]/"],
    ["IPv6 of one's own", "https://[fd00::1]/"],
    ["IPv6 link-local", "https://[fe80::1]/"],
  ])("may not be %s", (_, url) => {
    expect(readUrl(url)).toBeUndefined();
  });

  describe("on one machine", () => {
    const stage = env().STAGE;
    afterEach(() => void Object.assign(env(), { STAGE: stage }));

    it("may be a program beside the service, and nothing else that is not public", () => {
      expect(readUrl("http://127.0.0.1:4000/")).toBeUndefined();
      Object.assign(env(), { STAGE: "local" });
      expect(readUrl("http://127.0.0.1:4000/")).toBeInstanceOf(URL);
      for (const url of [
        "https://127.0.0.1/",
        "http://localhost/",
        "http://10.0.0.1/",
        "http://a.example.com/",
      ])
        expect(readUrl(url), url).toBeUndefined();
    });
  });
});

describe("a name, when something is sent to it", () => {
  const looked = (addresses: string[], all: boolean) => {
    const answered = vi.fn();
    const found = addresses.map(
      (address): LookupAddress => ({ address, family: address.includes(":") ? 6 : 4 }),
    );
    publicLookup((_, __, callback) => callback(null, found))("shop.example.com", { all }, answered);
    return answered.mock.calls[0] as [Error | null, LookupAddress[] | string, number | undefined];
  };

  it("leads to the addresses that were looked at", () => {
    expect(looked(["8.8.8.8", "2400:3200::1"], true)).toEqual([
      null,
      [
        { address: "8.8.8.8", family: 4 },
        { address: "2400:3200::1", family: 6 },
      ],
      undefined,
    ]);
    expect(looked(["8.8.8.8"], false)).toEqual([null, "8.8.8.8", 4]);
  });

  it.each([true, false])("is refused when one of them is private, all asked for: %s", (all) => {
    for (const addresses of [["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["8.8.8.8", "::1"], []])
      expect(looked(addresses, all)[0], addresses.join()).toBeInstanceOf(AddressRefused);
  });

  it("that does not resolve is no refusal", () => {
    const answered = vi.fn();
    const missing = Object.assign(new Error("ENOTFOUND"), { code: "ENOTFOUND" });
    publicLookup((_, __, callback) => callback(missing, []))("a.example", { all: true }, answered);
    expect(answered.mock.calls[0]?.[0]).toBe(missing);
  });
});

it("nothing is sent to a name that leads inside, though the name itself says nothing of it", async () => {
  const inside: LookupAddress[] = [{ address: "127.0.0.1", family: 4 }];
  const lookup = publicLookup((_, __, callback) => callback(null, inside));
  expect(await post("https://shop.example.com/", "{}", {}, lookup)).toEqual({ error: "address-refused" });
});

it("an address is public only when it is one", () => {
  expect(["8.8.8.8", "2400:3200::1"].filter(isPublicAddress)).toHaveLength(2);
  expect(["", "shop", "8.8.8", "::ffff:8.8.8.8"].filter(isPublicAddress)).toEqual([]);
});
