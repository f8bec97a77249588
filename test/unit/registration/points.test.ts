import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PointsRule } from "#shared/registration/programme/model.ts";
import { pointsTable, type Round } from "#shared/registration/programme/points.ts";

const rule = (of: Partial<PointsRule> = {}): PointsRule => ({
  points: [10, 6, 3],
  beyond: 1,
  minRounds: 1,
  tieBreaks: [],
  ...of,
});

/** A round by its ranking, the first rank first; entrants beside each other share a rank, `-` did not finish. */
const round = (eventId: string, ranking: string, tierId?: string): Round => {
  const [ranked = "", unfinished = ""] = ranking.split("-");
  let rank = 1;
  const results = ranked
    .trim()
    .split(" ")
    .filter((names) => names !== "")
    .flatMap((names) => {
      const shared = [...names].map((entrant) => ({ entrant, label: `${entrant}队`, rank }));
      rank += shared.length;
      return shared;
    });
  const without = [...unfinished.trim()].map((entrant) => ({ entrant, label: `${entrant}队` }));
  return { eventId, ...(tierId !== undefined && { tierId }), results: [...results, ...without] };
};

/** `1A16` is place, entrant and points. */
const read = (of: PointsRule, rounds: readonly Round[]) =>
  pointsTable(of, rounds).map(({ rows }) =>
    rows.map(({ place = "-", entrant, points }) => `${place}${entrant}${points}`).join(" "),
  );

describe("points of a round", () => {
  it("are by rank; ranks after those listed have what is said of them, and who did not finish has none", () => {
    expect(read(rule(), [round("r1", "A B C D E - F")])).toEqual(["1A10 2B6 3C3 4D1 4E1 6F0"]);
  });

  it("are the same for those who share a rank, and the next rank is left out", () => {
    expect(read(rule(), [round("r1", "AB C")])).toEqual(["1A10 1B10 3C3"]);
  });
});

describe("rounds together", () => {
  const rounds = [round("r1", "A B C"), round("r2", "B A C"), round("r3", "B C - A")];

  it("add up", () => {
    expect(read(rule(), rounds)).toEqual(["1B26 2A16 3C12"]);
  });

  it("count as many as are the best of each entrant, and say which", () => {
    const [table] = pointsTable(rule({ bestOf: 2 }), rounds);
    expect(table?.rows.map(({ entrant, points }) => [entrant, points])).toEqual([
      ["B", 20],
      ["A", 16],
      ["C", 9],
    ]);
    expect(table?.rows.map((row) => row.rounds.map(({ counts }) => counts))).toEqual([
      [false, true, true],
      [true, true, false],
      [true, false, true],
    ]);
  });

  it("of equal points the earlier ones count", () => {
    const [table] = pointsTable(rule({ bestOf: 1 }), [round("r1", "A"), round("r2", "A")]);
    expect(table?.rows[0]?.rounds.map(({ counts }) => counts)).toEqual([true, false]);
  });

  it("place nobody who took part in too few, but list them", () => {
    const few = [round("r1", "A B"), round("r2", "B"), round("r3", "B - C")];
    expect(read(rule({ minRounds: 2 }), few)).toEqual(["1B26 -A10 -C0"]);
  });

  it("are told apart by tier, with the latest name of an entrant", () => {
    const tiers = [round("r1", "A B", "t1"), round("r2", "C A", "t2"), round("r3", "B A", "t1")];
    expect(pointsTable(rule(), tiers).map(({ tierId }) => tierId)).toEqual(["t1", "t2"]);
    expect(read(rule(), tiers)).toEqual(["1A16 1B16", "1C10 2A6"]);
    const renamed = { eventId: "r4", tierId: "t1", results: [{ entrant: "A", label: "新名", rank: 1 }] };
    expect(pointsTable(rule(), [...tiers, renamed])[0]?.rows[0]?.label).toBe("新名");
  });

  it("make no table before any has results", () => {
    expect(pointsTable(rule(), [round("r1", ""), round("r2", "")])).toEqual([]);
  });
});

describe("equal points", () => {
  // A and B have 9 points each; A a first rank, B three third ones.
  const of = rule({ points: [9, 6, 3], beyond: 0 });
  const wins = [round("r1", "A C B"), round("r2", "C D B"), round("r3", "D C B")];
  const order = (rounds: readonly Round[], ...tieBreaks: PointsRule["tieBreaks"]) =>
    pointsTable({ ...of, tieBreaks }, rounds)[0]
      ?.rows.filter(({ entrant }) => "AB".includes(entrant))
      .map(({ entrant, place }) => `${place}${entrant}`);

  it("share a place where nothing breaks the tie", () => {
    expect(order(wins)).toEqual(["3A", "3B"]);
  });

  it("are broken by more first ranks", () => {
    expect(order(wins, "most-wins")).toEqual(["3A", "4B"]);
  });

  it("are broken by more rounds, and the first rule that tells goes first", () => {
    expect(order(wins, "most-rounds")).toEqual(["3B", "4A"]);
    expect(order(wins, "most-wins", "most-rounds")).toEqual(["3A", "4B"]);
    expect(order(wins, "most-rounds", "most-wins")).toEqual(["3B", "4A"]);
  });

  it("are broken by the better ranks, the best first", () => {
    // 6 + 6 against 9 + 3.
    const ranks = [round("r1", "C A"), round("r2", "C A"), round("r3", "B"), round("r4", "D C B")];
    expect(order(ranks)).toEqual(["2A", "2B"]);
    expect(order(ranks, "best-ranks")).toEqual(["2B", "3A"]);
  });

  it("are broken by the latest round in which the two differ", () => {
    const latest = [round("r1", "A B"), round("r2", "B A"), round("r3", "AB")];
    expect(order(latest)).toEqual(["1A", "1B"]);
    expect(order(latest, "latest-round")).toEqual(["1B", "2A"]);
  });
});

it("does not depend on the order in which the results of a round were entered", () => {
  const letters = [..."ABCDEF"];
  const results = fc.shuffledSubarray(letters, { minLength: 1 }).chain((entrants) =>
    fc.tuple(
      fc.constant(
        entrants.map((entrant, at) => ({ entrant, label: entrant, ...(at < 4 && { rank: at + 1 }) })),
      ),
      fc.shuffledSubarray([...entrants.keys()], {
        minLength: entrants.length,
        maxLength: entrants.length,
      }),
    ),
  );
  const anyRule = fc
    .record({
      bestOf: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      minRounds: fc.integer({ min: 1, max: 3 }),
      tieBreaks: fc.shuffledSubarray(["most-wins", "best-ranks", "most-rounds", "latest-round"] as const),
    })
    .map(({ bestOf, ...of }) => rule({ ...of, ...(bestOf !== undefined && { bestOf }) }));
  fc.assert(
    fc.property(anyRule, fc.array(results, { maxLength: 5 }), (of, rounds) => {
      const entered = rounds.map(([list], at) => ({ eventId: `r${at}`, results: list }));
      const otherwise = rounds.map(([list, order], at) => ({
        eventId: `r${at}`,
        results: order.flatMap((from) => list[from] ?? []),
      }));
      const table = pointsTable(of, entered);
      expect(pointsTable(of, otherwise)).toEqual(table);
      const places = table.flatMap(({ rows }) => rows.flatMap(({ place }) => place ?? []));
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    }),
  );
});
