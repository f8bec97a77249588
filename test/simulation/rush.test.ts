import { expect, it } from "vitest";
import { Rush, type Trial } from "../../bench/rush/model.ts";

const full = process.env["LEYUN_FULL"] === "1";
const size = full ? 1 : 0.1;

const marathon: Trial = {
  design: "queued, group commit",
  mode: "queued",
  places: 30_000 * size,
  crowd: { people: 200_000 * size, withinMs: 60_000, peak: 13_000 * size, twice: 0.05 },
  partitions: 40,
  lanes: 32,
  workers: 8,
  guarded: false,
  seed: 1,
};

it.each([
  ["without a guard", marathon],
  ["with a guard each", { ...marathon, partitions: 80, guarded: true }],
])(
  `a marathon's rush %s sells each place once and tells everybody the truth (size ${size})`,
  async (_, trial) => {
    const result = await new Rush(trial).run();
    console.log(
      `size ${size}: ${result.wcuPerPlace} WCU a place, gone ${result.goneAfterS} s after enough had come`,
    );
    const { errors, oversold, stranded, duplicated, wrongFull } = result;
    expect({ errors, oversold, stranded, duplicated, wrongFull }).toEqual({
      errors: 0,
      oversold: 0,
      stranded: 0,
      duplicated: 0,
      wrongFull: 0,
    });
    expect(result.goneAfterS).toBeLessThanOrEqual(3);
    expect(result.p99BeyondWindowMs).toBeLessThanOrEqual(600);
  },
);

it("the same trial gives the same result", async () => {
  const small = { ...marathon, places: 300, crowd: { ...marathon.crowd, people: 2_000, peak: 130 } };
  expect(await new Rush(small).run()).toEqual(await new Rush(small).run());
});
