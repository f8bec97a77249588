import { expect, it } from "vitest";
import { play } from "./play.ts";
import { playOf } from "./plays.ts";

const full = process.env["LEYUN_FULL"] === "1";
const histories = full ? 100_000 : 6_000;

it(`held, free and set aside are the capacity at every step of mixed histories, half of them with faults (${histories} seeds)`, async () => {
  const wrong: string[] = [];
  let checked = 0;
  for (let seed = 1; seed <= histories && wrong.length === 0; seed += 1) {
    const { oracle } = await play(playOf(seed));
    checked += oracle.checked;
    wrong.push(...oracle.violations.map((what) => `seed ${seed}: ${what}`));
  }
  console.log(`${histories} histories, ${checked} checks`);
  expect(wrong).toEqual([]);
}, 3_600_000);

it("the same seed is the same history, call by call", async () => {
  const written = async () => {
    const scene = await play(playOf(11));
    return [scene.db.boundaries, JSON.stringify([...scene.db.items("registration")])];
  };
  expect(await written()).toEqual(await written());
});
