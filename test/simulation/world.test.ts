import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Agenda } from "#simulation/agenda.ts";
import { World } from "#simulation/world.ts";

describe("an agenda", () => {
  it("hands out what was entered by instant, and at one instant in the order of entering", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat(5), fc.constant("take" as const)), { maxLength: 200 }),
        (steps) => {
          const agenda = new Agenda<number>();
          const expected: { at: number; entered: number }[] = [];
          for (const [entered, step] of steps.entries()) {
            if (step !== "take") {
              agenda.enter(step, entered);
              expected.push({ at: step, entered });
              expected.sort((a, b) => a.at - b.at || a.entered - b.entered);
            } else expect(agenda.take()).toBe(expected.shift()?.entered);
            expect(agenda.next).toBe(expected[0]?.at);
          }
        },
      ),
    );
  });
});

/** Tasks that sleep by chance and leave a trace of who was awake when. */
async function trace(seed: number): Promise<string> {
  const world = new World(seed);
  const seen: string[] = [];
  await world.run(() =>
    Promise.all(
      Array.from({ length: 20 }, async (_, task) => {
        for (let turn = 0; turn < 20; turn += 1) {
          await world.sleep(Math.floor(world.random() * 4));
          seen.push(`${task}@${world.now()} ${world.pace.token()}`);
        }
      }),
    ),
  );
  return seen.join("\n");
}

describe("a world", () => {
  it("begins at noon in Shanghai on the tests' day, and moves only while it runs", async () => {
    const world = new World(1);
    void world.sleep(5);
    await new Promise(setImmediate);
    expect(new Date(world.now()).toISOString()).toBe("2026-06-10T04:00:00.000Z");
    await world.run(() => world.sleep(1_500.25));
    expect(world.now()).toBe(Date.parse("2026-06-10T04:00:01.500Z") + 0.25);
  });

  it("lets an hour pass in an instant", async () => {
    const world = new World(1, 0);
    const begun = performance.now();
    await world.run(() => world.sleep(3_600_000));
    expect(world.now()).toBe(3_600_000);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  it("is the same again from the same seed, event by event, and another from another", async () => {
    const [once, again, other] = [await trace(7), await trace(7), await trace(8)];
    expect(again).toBe(once);
    expect(other).not.toBe(once);
  });

  it("lets everybody who woke at an instant come to rest before it moves on, however long their chains", async () => {
    const world = new World(1, 0);
    const rested: number[] = [];
    await world.run(() =>
      Promise.all(
        [1, 2, 3].map(async (at) => {
          await world.sleep(at);
          for (let link = 0; link < 1_000; link += 1) await undefined;
          await new Promise<void>((resolve) => process.nextTick(() => queueMicrotask(resolve)));
          rested.push(world.now());
        }),
      ),
    );
    expect(rested).toEqual([1, 2, 3]);
  });

  it("names a deadlock and its instant", async () => {
    const world = new World(1);
    const stuck = world.run(async () => {
      await world.sleep(2_000);
      await new Promise(() => {});
    });
    await expect(stuck).rejects.toThrow("deadlock at 2026-06-10T04:00:02.000Z");
  });

  it("hands on what main threw, and keeps the timers that are left for the next run", async () => {
    const world = new World(1, 0);
    let woken = false;
    const failing = world.run(async () => {
      void world.sleep(10).then(() => {
        woken = true;
      });
      await world.sleep(5);
      throw new Error("as told");
    });
    await expect(failing).rejects.toThrow("as told");
    expect([world.now(), woken]).toEqual([5, false]);
    await world.run(() => world.sleep(5));
    expect([world.now(), woken]).toEqual([10, true]);
  });

  it("runs one main at a time, and sleeps for no time that is no number", async () => {
    const world = new World(1);
    const twice = world.run(() => world.run(async () => {}));
    await expect(twice).rejects.toThrow("running already");
    expect(() => world.sleep(Number.NaN)).toThrow("NaN");
  });

  it("draws every sixteenth part of its numbers about as often, and bits that do not follow one another", () => {
    const { random } = new World(3);
    const counts = Array(16).fill(0);
    let rises = 0;
    let before = random();
    for (let draw = 0; draw < 160_000; draw += 1) {
      const drawn = random();
      counts[Math.floor(drawn * 16)] += 1;
      rises += drawn > before ? 1 : 0;
      before = drawn;
    }
    // Four standard deviations: 97 of 10,000 each, and of the rises 115 (they are a third as spread as a coin's).
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
    expect(Math.abs(rises - 80_000)).toBeLessThan(500);
  });
});
