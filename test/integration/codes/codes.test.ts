import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codesOf, scan, textedNumber } from "#shared/codes/codes.ts";
import { readCode } from "#shared/codes/token.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { idFromBytes } from "#shared/platform/ids.ts";
import type { Refusal } from "#shared/platform/problem.ts";
import { codes as policies } from "#shared/policies/definitions/codes.ts";
import { take } from "../../support/queues.ts";
import { startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

const voucher = idFromBytes("vch", new Uint8Array(16).fill(3));
const now = () => service.clock.now();
const later = (seconds: number) => new Date(now().getTime() + seconds * 1_000);
const guessing = policies.guessing.defaults[0]?.value ?? { failures: 0, minutes: 0, lockAfter: 0 };
const texted = policies.textedNumber.defaults[0]?.value ?? { minutes: 0 };

/** Status and slug of what a till is told. */
const told = (scanning: Promise<unknown>): Promise<string> =>
  scanning.then(
    () => "read",
    ({ problem }: Refusal) => `${problem.status} ${problem.slug}`,
  );

describe("codes are fetched for ten minutes ahead", () => {
  it("one for each half minute, each good in its own", async () => {
    const codes = await codesOf("V", voucher, now());
    expect(codes).toHaveLength(20);
    for (const { code, validFrom, validTo } of codes) {
      expect(Date.parse(validTo) - Date.parse(validFrom)).toBe(30_000);
      expect(await scan(code, "m1", new Date(validFrom))).toMatchObject({ kind: "V", id: voucher });
    }
    expect(Date.parse(codes.at(-1)?.validTo ?? "") - now().getTime()).toBeGreaterThan(9.5 * 60_000);
  });

  it("and every code of another half minute is another", async () => {
    const codes = await codesOf("V", voucher, now());
    expect(new Set(codes.map(({ code }) => code)).size).toBe(20);
    expect(
      new Set(
        await Promise.all(
          codes.map(async ({ code, validFrom }) => (await scan(code, "m1", new Date(validFrom))).step),
        ),
      ).size,
    ).toBe(20);
  });
});

describe("a till is told", () => {
  it("hard case 34: that a screenshot is old", async () => {
    const [code] = await codesOf("V", voucher, now());
    expect(await told(scan(code?.code ?? "", "m1", later(90)))).toBe("422 code-expired");
  });

  it("hard case 35: one and the same of everything that is no code of ours", async () => {
    const [{ code } = { code: "" }] = await codesOf("V", voucher, now());
    const flipped = `${code.slice(0, -1)}${code.endsWith("0") ? "1" : "0"}`;
    for (const text of [
      flipped,
      `2${code.slice(1)}`,
      "",
      "6901234567892",
      "x".repeat(5_000),
      code.slice(0, 40),
    ])
      expect([text, await told(scan(text, "m2", now()))]).toEqual([text, "422 code-invalid"]);
  });
});

describe("hard case 38: whoever guesses codes", () => {
  const guess = (merchant: string, at = now()) => told(scan("1V0000", merchant, at));

  it("is made to wait after some, and locked for the day after many; the people on call know of it", async () => {
    const answers: string[] = [];
    for (let tries = 0; tries < guessing.failures; tries += 1) answers.push(await guess("m3"));
    expect(new Set(answers)).toEqual(new Set(["422 code-invalid"]));
    expect(await guess("m3")).toBe("429 rate-limited");
    // After the wait on with it, until there were too many in a day.
    let last = "";
    for (let tries = guessing.failures + 1; tries < guessing.lockAfter; tries += 1)
      last = await guess("m3", later(Math.floor(tries / guessing.failures) * guessing.minutes * 60));
    expect(last).toBe("423 till-locked");
    const [alarm] = await take(service, "alarms" as never);
    expect(alarm?.body).toContain("m3 scanned");
    const [code] = await codesOf("V", voucher, now());
    expect(await told(scan(code?.code ?? "", "m3", now()))).toBe("423 till-locked");
  });

  it("does not hold up another merchant, and is free again on the next day", async () => {
    const [code] = await codesOf("V", voucher, now());
    expect(await told(scan(code?.code ?? "", "m4", now()))).toBe("read");
    const tomorrow = later(86_400);
    const [next] = await codesOf("V", voucher, tomorrow);
    expect(await told(scan(next?.code ?? "", "m3", tomorrow))).toBe("read");
  });
});

describe("a number by text message", () => {
  const given = async (merchant: string) => {
    const { number, part, until } = await textedNumber("V", voucher, merchant, now());
    await dynamo.commit([part]);
    return { number, until };
  };
  const used = async (number: string, merchant: string, at = now()) => {
    const { parts, id } = await scan(number, merchant, at);
    await dynamo.commit(parts);
    return id;
  };

  it("has eight digits, is good once, and full-width digits are digits", async () => {
    const { number } = await given("m5");
    expect(number).toMatch(/^\d{8}$/);
    const fullWidth = [...number].map((digit) => String.fromCodePoint(digit.charCodeAt(0) + 0xfee0)).join("");
    expect(await used(` ${fullWidth}\r\n`, "m5")).toBe(voucher);
    expect(await told(used(number, "m5"))).toBe("422 code-invalid");
  });

  it("used at two tills at once is used once", async () => {
    const { number } = await given("m5");
    const scans = await Promise.all([scan(number, "m5", now()), scan(number, "m5", now())]);
    const outcomes = await Promise.all(scans.map(({ parts }) => told(dynamo.commit(parts))));
    expect(outcomes.toSorted()).toEqual(["422 code-invalid", "read"]);
  });

  it("is good at the merchant it was asked for, and for so many minutes", async () => {
    const { number, until } = await given("m5");
    expect(await told(used(number, "m6"))).toBe("422 code-invalid");
    expect(Date.parse(until) - now().getTime()).toBeCloseTo(texted.minutes * 60_000, -3);
    expect(await told(used(number, "m5", later(texted.minutes * 60 + 1)))).toBe("422 code-expired");
  });

  it("is kept nowhere in the clear", async () => {
    const { number } = await given("m7");
    const { items } = await dynamo.scan({ table: "operations", limit: 1_000 });
    expect(JSON.stringify(items)).not.toContain(number);
  });
});

it("another secret reads none of these codes", async () => {
  const [code] = await codesOf("V", voucher, now());
  expect(readCode(new Uint8Array(32), code?.code ?? "", now())).toBeUndefined();
});
