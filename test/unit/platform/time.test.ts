import { describe, expect, it } from "vitest";
import { setClock } from "#shared/platform/clock.ts";
import { bytesOfId, idFromBytes, newId } from "#shared/platform/ids.ts";
import { ageOn, businessDate, startOfBusinessDay } from "#shared/platform/time.ts";

describe("hard case 59: time", () => {
  it("31 December 23:59:59 in Shanghai is still that day, a second later the next year", () => {
    expect(businessDate("2026-12-31T15:59:59.999Z")).toBe("2026-12-31");
    expect(businessDate("2026-12-31T16:00:00.000Z")).toBe("2027-01-01");
    expect(startOfBusinessDay("2027-01-01")).toBe("2026-12-31T16:00:00.000Z");
  });

  it("who was born on 29 February is a year older on 1 March of a common year, on the day in a leap year", () => {
    expect(ageOn("2012-02-29", "2026-02-28")).toBe(13);
    expect(ageOn("2012-02-29", "2026-03-01")).toBe(14);
    expect(ageOn("2012-02-29", "2028-02-28")).toBe(15);
    expect(ageOn("2012-02-29", "2028-02-29")).toBe(16);
  });

  it("ids go on rising when the clock is set back five seconds", () => {
    let now = Date.parse("2026-06-10T04:00:00.000Z");
    setClock(() => now);
    const ids = [newId("evt"), newId("evt")];
    now -= 5_000;
    ids.push(newId("evt"), newId("evt"));
    now += 10_000;
    ids.push(newId("evt"));
    setClock(() => Date.now());
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(5);
  });
});

it("an id carries its sixteen bytes there and back, and nothing else is one", () => {
  const bytes = Buffer.from("00112233445566778899aabbccddeeff", "hex");
  const id = idFromBytes("reg", bytes);
  expect(id).toMatch(/^reg_[0-9A-HJKMNP-TV-Z]{26}$/);
  expect(bytesOfId("reg", id)).toEqual(bytes);
  for (const other of [
    id.toLowerCase(),
    id.replace("reg", "vch"),
    `${id}0`,
    "reg_",
    "reg_8ZZZZZZZZZZZZZZZZZZZZZZZZZ",
  ])
    expect(bytesOfId("reg", other)).toBeUndefined();
});
