import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { citizenDay } from "../../../walk/citizen/day.ts";
import { organiserDay } from "../../../walk/organiser/day.ts";
import type { Day } from "../../../walk/run.ts";
import { reach } from "../../../walk/service.ts";
import { NotAsItMustBe, Walk } from "../../../walk/walk.ts";
import { startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
beforeAll(async () => {
  // As `npm start` runs it: a walk has to live with the jobs and queues that work by themselves.
  service = await startTestService({ background: true });
});
afterAll(() => service.stop());

/** The lines of a walk, of which each step is one. */
async function walked(day: Day): Promise<string[]> {
  const lines: string[] = [];
  const walk = new Walk((line) => lines.push(line));
  await day(reach(service.url), walk);
  const steps = lines.filter((line) => /^ *\d+ {2}/.test(line));
  expect(steps).toHaveLength(walk.steps);
  return steps;
}

describe("before an event", () => {
  it("a citizen's day is as it must be, step by step", { timeout: 300_000 }, async () => {
    expect((await walked(citizenDay)).length).toBeGreaterThan(80);
  });

  it("an organiser's day is as it must be, step by step", { timeout: 300_000 }, async () => {
    expect((await walked(organiserDay)).length).toBeGreaterThan(60);
  });
});

describe("a step", () => {
  const wrong = (seen: unknown, form: unknown) => () =>
    new Walk(() => undefined).see(["看", "look"], seen, form);

  it("that is not as it must be ends the walk and says what was expected", () => {
    expect(wrong({ status: "waitlisted" }, { status: "confirmed" })).toThrow(NotAsItMustBe);
    expect(wrong({ status: "waitlisted" }, { status: "confirmed" })).toThrow(
      "status: expected confirmed, got waitlisted",
    );
    expect(wrong({ items: [1, 2] }, { items: [1] })).toThrow("items: expected 1 entries");
    expect(wrong({}, { seed: /./ })).toThrow("seed: expected /./");
  });

  it("that is as it must be prints one line in both languages", () => {
    const lines: string[] = [];
    new Walk((line) => lines.push(line)).see(["看名额", "look at places"], { free: 9, held: 1 }, { free: 9 });
    expect(lines).toEqual(["   1  看名额 / look at places:   free=9"]);
  });
});
