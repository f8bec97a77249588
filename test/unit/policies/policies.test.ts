import { describe, expect, it } from "vitest";
import { definitions } from "#shared/policies/definitions/index.ts";
import { prepaid } from "#shared/policies/definitions/prepaid.ts";
import { workingDays } from "#shared/policies/definitions/working.ts";
import { inForce, type PolicyVersion, within } from "#shared/policies/model.ts";
import { hold, versionsOf } from "#shared/policies/reading.ts";
import { isWorked } from "#shared/policies/workingDays.ts";

const ofRelease = (definition: (typeof definitions)[number]): PolicyVersion[] => versionsOf(definition, []);

describe("every policy of the release", () => {
  it.each(definitions.map((one) => [one.id, one] as const))(
    "%s has a valid value, source and title",
    (_, one) => {
      expect(one.title).toEqual({
        zh: expect.stringMatching(/\p{Script=Han}/u),
        en: expect.stringMatching(/\w/),
      });
      expect(one.defaults.length).toBeGreaterThan(0);
      for (const { value, source, jurisdiction } of one.defaults) {
        expect(one.schema.safeParse(value)).toMatchObject({ success: true });
        expect(source).toMatchObject({
          zh: expect.stringMatching(/\p{Script=Han}/u),
          en: expect.stringMatching(/\w/),
        });
        expect(within(jurisdiction)[0]).toBe(jurisdiction);
      }
    },
  );

  it("has an id of its own", () => {
    expect(new Set(definitions.map(({ id }) => id)).size).toBe(definitions.length);
  });
});

describe("the version in force", () => {
  const version = (jurisdiction: string, validFrom: string, number: number): PolicyVersion => ({
    policyId: "x",
    jurisdiction,
    validFrom,
    version: number,
    value: `${jurisdiction} ${validFrom} ${number}`,
    enforcement: "refuse",
    source: { zh: "来源", en: "source" },
  });
  const versions = [
    version("CN", "2020-01-01", 0),
    version("CN-32", "2024-01-01", 0),
    version("CN-32", "2026-06-01", 1),
    version("CN-32", "2026-06-01", 2),
    version("CN-3205", "2027-01-01", 1),
  ];
  const at = (place: string, day: string) => inForce(versions, place, day)?.value;

  it("is the nearest jurisdiction's, then its latest that has begun, then the later decision for one day", () => {
    expect(at("CN-320509", "2026-05-31")).toBe("CN-32 2024-01-01 0");
    expect(at("CN-320509", "2026-06-01")).toBe("CN-32 2026-06-01 2");
    expect(at("CN-320509", "2027-01-01")).toBe("CN-3205 2027-01-01 1");
    expect(at("CN-31", "2027-01-01")).toBe("CN 2020-01-01 0");
    expect(at("CN", "2019-12-31")).toBeUndefined();
  });

  it("of Jiangsu, Shanghai and Beijing differ where their rules do", () => {
    const of = (definition: (typeof definitions)[number], place: string) =>
      inForce(ofRelease(definition), place, "2026-06-10");
    const cooling = prepaid.coolingOff as (typeof definitions)[number];
    expect(of(cooling, "CN-320509")?.value).toEqual({ days: 15 });
    expect(of(cooling, "CN-11")?.value).toEqual({ days: 7 });
    const sessions = prepaid.sessions as (typeof definitions)[number];
    expect(of(sessions, "CN-320509")?.enforcement).toBe("warn");
    expect(of(sessions, "CN-11")?.enforcement).toBe("refuse");
    const ratio = prepaid.custodyRatio as (typeof definitions)[number];
    expect(of(ratio, "CN-31")?.value).toMatchObject({ appliesTo: "excess", newFirmPermille: 1_000 });
  });
});

describe("a rule that is not kept", () => {
  const { sessions } = prepaid;
  const version = (enforcement: "refuse" | "warn" | "off") => ({
    ...sessions.defaults[0],
    policyId: sessions.id,
    version: 0,
    jurisdiction: "CN-32",
    validFrom: "2024-01-01",
    value: { sessions: 60 },
    source: { zh: "苏体〔2023〕3号", en: "Su Ti [2023] No. 3" },
    enforcement,
  });

  it("is refused with the rule and its source in both languages", () => {
    expect(() => hold(sessions, version("refuse"), false)).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({ slug: "refused-by-policy", status: 422 }),
        facts: {
          policyId: "prepaid.sessions",
          rule: sessions.title,
          source: { zh: "苏体〔2023〕3号", en: "Su Ti [2023] No. 3" },
          jurisdiction: "CN-32",
        },
      }),
    );
  });

  it("is told where it only warns, and nothing where it is off or kept", () => {
    expect(hold(sessions, version("warn"), false)).toMatchObject({ policyId: "prepaid.sessions" });
    expect(hold(sessions, version("off"), false)).toBeUndefined();
    expect(hold(sessions, version("refuse"), true)).toBeUndefined();
  });
});

describe("the working days of a year", () => {
  const year = (of: number) => {
    const found = workingDays.defaults.find(({ value }) => value.year === of);
    if (!found) throw new Error(`no calendar of ${of}`);
    return found.value;
  };

  it("leave out weekends and the State Council's days off, and count the weekends that are worked", () => {
    const days = {
      "2026-02-13": true,
      "2026-02-14": true,
      "2026-02-16": false,
      "2026-02-28": true,
      "2026-06-13": false,
      "2026-10-01": false,
      "2026-10-08": true,
      "2026-10-10": true,
      "2026-10-11": false,
    };
    for (const [day, worked] of Object.entries(days))
      expect([day, isWorked(day, year(2026))]).toEqual([day, worked]);
  });

  it.each([2025, 2026])("%i: worked weekends are weekends, days off are within the year", (of) => {
    const { daysOff, workedWeekends } = year(of);
    for (const day of workedWeekends) expect([0, 6]).toContain(new Date(`${day}T00:00Z`).getUTCDay());
    for (const day of [...daysOff, ...workedWeekends]) expect(day.startsWith(String(of))).toBe(true);
    expect(daysOff.filter((day) => workedWeekends.includes(day))).toEqual([]);
  });
});
