import { describe, expect, it } from "vitest";
import { faultsBySeed } from "#simulation/faults.ts";
import { play } from "./play.ts";
import { playOf, playOfKind } from "./plays.ts";

interface Control {
  clause: RegExp;
  /** The kind of history in which its want shows soonest. */
  kind: number;
  /** Only where many calls get no answer for seconds. */
  slow?: true;
}

/** Every clause of every condition of the kernel, and of the guard that the scene brings along. */
const controls: Readonly<Record<string, Control>> = {
  "a holder is new": { clause: /^attribute_not_exists\(pk\)$/, kind: 3 },
  "a holder is as it was read": { clause: /^version = :was$/, kind: 3 },
  "a lane has the places": { clause: /^places >= :least$/, kind: 1 },
  "nobody waits where a newcomer takes": { clause: /^waiting = :none$/, kind: 3 },
  "places are handed out": { clause: /^#open = :open$/, kind: 0 },
  "the rules are those by which it was judged": { clause: /^#rules = :rules$/, kind: 1 },
  "the lanes are those that were seen empty": { clause: /^#layout = :layout$/, kind: 2 },
  "so many places are set aside": { clause: /^owed >= :leastOwed$/, kind: 2 },
  "who joins finds too little": { clause: /^places < :wanted$/, kind: 2 },
  "nothing is left when it is told to be sold out": {
    clause: /^\(?places = :none OR waiting > :none\)?$/,
    kind: 1,
  },
  "nothing is left of the whole when it is told to be": { clause: /^places = :none$/, kind: 2 },
  "what was told to be sold out stays so": { clause: /soldOutAt < :at\b/, kind: 4, slow: true },
  "as many wait as when a place came back": { clause: /^waiting = :seenWaiting$/, kind: 5 },
  "who was refused for good gets nothing": { clause: /soldOutAt < :asked/, kind: 2 },
  "places are cut anew as they were read": { clause: /^places = :wasPlaces$/, kind: 1 },
  "as many places are free as are taken away": { clause: /^places >= :less$/, kind: 2 },
  "as many wait as when places were added": { clause: /^waiting = :wasWaiting$/, kind: 2 },
  "a guard is as it was read": { clause: /^version = :guardVersion$/, kind: 1 },
};

const SEEDS = 2_000;

/** What is wrong in the first history that goes wrong without the clause. */
async function caught({ clause, kind, slow }: Control): Promise<string | undefined> {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { oracle } = await play(
      playOfKind(kind, seed, (world) => ({
        without: clause,
        ...(slow && { fault: faultsBySeed(world, 0.1, ["timeout"]) }),
      })),
    );
    const [wrong] = oracle.violations;
    if (wrong !== undefined) return `seed ${seed}: ${wrong}`;
  }
  return undefined;
}

describe("control: the proof fails without the condition that", () => {
  it.each(Object.entries(controls))("%s", async (_, control) => {
    expect(await caught(control)).toMatch(/^seed/);
  });
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
  const known = Object.values(controls);
  const own = /^version = :subjectVersion$/;
  expect(
    [...written].filter((clause) => !own.test(clause) && !known.some((one) => one.clause.test(clause))),
  ).toEqual([]);
});
