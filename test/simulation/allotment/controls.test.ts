import { describe, expect, it } from "vitest";
import { play } from "./play.ts";
import { playOf } from "./plays.ts";

/** Every clause of every condition of the kernel, and of the guard that the scene brings along. */
const clauses = {
  "a holder is new": /^attribute_not_exists\(pk\)$/,
  "a holder is as it was read": /^version = :was$/,
  "a lane has the places": /^places >= :least$/,
  "nobody waits where a newcomer takes": /^waiting = :none$/,
  "places are handed out": /^#open = :open$/,
  "the rules are those by which it was judged": /^#rules = :rules$/,
  "the lanes are those that were seen empty": /^#layout = :layout$/,
  "so many places are set aside": /^owed >= :leastOwed$/,
  "who joins finds too little": /^places < :wanted$/,
  "nothing is left when it is told to be sold out": /^\(?places = :none OR waiting > :none\)?$/,
  "nothing is left of the whole when it is told to be": /^places = :none$/,
  "as many wait as when a place came back": /^waiting = :seenWaiting$/,
  "who was refused for good gets nothing": /soldOutAt < :asked/,
  "what was told to be sold out stays so": /soldOutAt < :at\b/,
  "places are cut anew as they were read": /^places = :wasPlaces$/,
  "as many places are free as are taken away": /^places >= :less$/,
  "as many wait as when places were added": /^waiting = :wasWaiting$/,
  "a guard is as it was read": /^version = :guardVersion$/,
};

const SEEDS = 8_000;

/** The first seed whose history goes wrong without the clause. */
async function caught(without: RegExp): Promise<{ seed: number; what: string } | undefined> {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { oracle } = await play(playOf(seed, { without }));
    const [what] = oracle.violations;
    if (what !== undefined) return { seed, what };
  }
  return undefined;
}

describe("control: the proof fails without the condition that", () => {
  it.each(Object.entries(clauses))(
    "%s",
    async (_, clause) => {
      const found = await caught(clause);
      expect(found?.what).toBeDefined();
    },
    300_000,
  );
});

it("every clause that the kernel writes is among them", async () => {
  const { clausesOf } = await import("#simulation/expressions.ts");
  const { Scene } = await import("./scene.ts");
  const written = new Set<string>();
  const watch = Scene.watchConditions((condition) => {
    for (const clause of clausesOf(condition)) written.add(clause);
  });
  for (let seed = 1; seed <= 400; seed += 1) await play(playOf(seed));
  watch();
  const known = Object.values(clauses);
  const own = /^version = :subjectVersion$/;
  expect(
    [...written].filter((clause) => !own.test(clause) && !known.some((one) => one.test(clause))),
  ).toEqual([]);
});
