import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  commitmentOf,
  drawPlaces,
  type Entrant,
  entrantsText,
  readEntrants,
  readResult,
  resultText,
  rootOf,
} from "#shared/registration/draw/rules.ts";

const seed = Buffer.alloc(32, 7);
const beacon = "03 07 12 25 31 + 02 09";

const entrant = (at: number): Entrant => ({
  pseudonym: at.toString(16).padStart(32, "0"),
  groupId: at % 3 === 0 ? "B" : "A",
  places: at % 50 === 0 ? 3 : 1,
  leaves: at % 3 === 0 ? ["B"] : at % 7 === 0 ? ["A.0", "A"] : ["A"],
});

/** A draw as it is published, of so many who entered. */
function published(count: number, stakes = { leaves: { A: count / 10, "A.0": count / 100, B: count / 20 } }) {
  const entrants = Array.from({ length: count }, (_, at) => entrant(at));
  const list = entrantsText(entrants);
  const entrantRoot = rootOf(list);
  const drawn = drawPlaces(entrants, { seed, root: entrantRoot, beacon }, stakes);
  const head = {
    format: "leyun-draw-1",
    eventId: "evt_1",
    commitment: commitmentOf(seed),
    seed: seed.toString("hex"),
    entrantRoot,
    beacon,
    places: stakes,
  } as const;
  return { entrants, list, entrantRoot, drawn, head, text: resultText(head, drawn) };
}

describe("a draw", () => {
  it("does not depend on the order in which people entered", () => {
    const { entrants, list, entrantRoot, drawn, head } = published(200);
    const other = entrantsText(entrants.toReversed());
    expect(other).toBe(list);
    expect(drawPlaces(readEntrants(other), { seed, root: entrantRoot, beacon }, head.places)).toEqual(drawn);
  });

  it("gives each leaf no more than it has, and nobody a leaf that is not theirs", () => {
    const { drawn, head } = published(5_000);
    for (const [leaf, places] of Object.entries(head.places.leaves)) {
      const taken = drawn.filter((one) => one.leaf === leaf).reduce((sum, one) => sum + one.places, 0);
      expect(taken).toBe(places);
    }
    for (const { leaf, leaves } of drawn) if (leaf !== undefined) expect(leaves).toContain(leaf);
  });

  it("passes nobody who could have had places by their rank", () => {
    const { drawn, head } = published(3_000, { leaves: { A: 31, "A.0": 5, B: 17 } });
    const left: Record<string, number> = { ...head.places.leaves };
    for (const { places, leaves, leaf } of drawn) {
      if (leaf === undefined) for (const one of leaves) expect(left[one]).toBeLessThan(places);
      else left[leaf] = (left[leaf] ?? 0) - places;
    }
  });

  it("draws reserved places first for those they are reserved for", () => {
    const { drawn } = published(1_000);
    const reserved = drawn.filter(({ leaves }) => leaves.includes("A.0") && leaves.length === 2);
    const ranks = reserved.map(({ rank, leaf }) => ({ rank, leaf })).sort((a, b) => a.rank - b.rank);
    const lastReserved = ranks.filter(({ leaf }) => leaf === "A.0").at(-1)?.rank ?? 0;
    expect(ranks.filter(({ rank, leaf }) => rank < lastReserved && leaf === "A")).toEqual([]);
  });

  it("gives a whole that holds fewer than its leaves no more than it holds", () => {
    const stakes = { leaves: { A: 500, "A.0": 100, B: 500 }, total: 120 };
    const { drawn } = published(2_000, stakes as never);
    expect(drawn.reduce((sum, { leaf, places }) => sum + (leaf === undefined ? 0 : places), 0)).toBe(120);
  });

  it("ranks differently under another seed, list or beacon", () => {
    const { entrants, entrantRoot, head, drawn } = published(50);
    const order = (of: Parameters<typeof drawPlaces>[1]) =>
      drawPlaces(entrants, of, head.places).map(({ pseudonym }) => pseudonym);
    const first = drawn.map(({ pseudonym }) => pseudonym);
    expect(order({ seed, root: entrantRoot, beacon: `${beacon} ` })).not.toEqual(first);
    expect(order({ seed: Buffer.alloc(32, 8), root: entrantRoot, beacon })).not.toEqual(first);
    expect(order({ seed, root: rootOf("another"), beacon })).not.toEqual(first);
  });

  it("favours no place in the list", () => {
    const entrants = Array.from({ length: 40 }, (_, at) => ({ ...entrant(at), places: 1, leaves: ["A"] }));
    const wins = new Map<string, number>();
    for (let round = 0; round < 2_000; round += 1)
      for (const { pseudonym, leaf } of drawPlaces(
        entrants,
        { seed, root: rootOf("list"), beacon: String(round) },
        { leaves: { A: 10 } },
      ))
        if (leaf !== undefined) wins.set(pseudonym, (wins.get(pseudonym) ?? 0) + 1);
    // Expected 500 of 2,000 each, with a deviation of 19: six of them would be one in a thousand million.
    for (const { pseudonym } of entrants)
      expect(Math.abs((wins.get(pseudonym) ?? 0) - 500)).toBeLessThan(120);
  });

  it("is read back as it was written", () => {
    const { drawn, text } = published(100);
    const results = readResult(text);
    for (const { pseudonym, rank, leaf } of drawn)
      expect(results.get(pseudonym)).toEqual({ rank, ...(leaf !== undefined && { leaf }) });
  });
});

describe("whoever recomputes a draw in another process", () => {
  let folder: string;
  const whole = published(1_000);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "leyun-draw-"));
    writeFileSync(join(folder, "entrants.txt"), whole.list);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What `npm run draw:verify` says of a result. */
  function verified(text: string, ...more: string[]) {
    const file = join(folder, "result.txt");
    writeFileSync(file, text);
    const ran = spawnSync(process.execPath, ["verify/draw.ts", file, ...more], { encoding: "utf8" });
    return { status: ran.status, says: `${ran.stdout}${ran.stderr}` };
  }
  const lines = whole.text.split("\n");
  const without = (at: number) => [...lines.slice(0, at), ...lines.slice(at + 1)].join("\n");

  it("finds the same result, also of a hundred thousand", () => {
    expect(verified(whole.text, "--entrants", join(folder, "entrants.txt")).status).toBe(0);
    const { status, says } = verified(published(100_000).text);
    expect(says).toContain("100000 entered");
    expect(status).toBe(0);
  }, 60_000);

  it.each([
    ["one who entered is left out", () => without(500), "who was ranked is not who entered"],
    [
      "one is put in",
      () => `${whole.text}1001 ${"f".repeat(64)} A ${"e".repeat(32)} A 1 A\n`,
      "who was ranked is not",
    ],
    [
      "two ranks are exchanged",
      () => [lines[0], lines[2], lines[1], ...lines.slice(3)].join("\n"),
      "is not where it belongs",
    ],
    ["another seed", () => resultText({ ...whole.head, seed: "00".repeat(32) }, whole.drawn), "committed to"],
    ["another beacon", () => resultText({ ...whole.head, beacon: "03" }, whole.drawn), "has another score"],
    [
      "a place more",
      () =>
        resultText(
          { ...whole.head, places: { leaves: { ...whole.head.places.leaves, A: 1e9 } } },
          whole.drawn,
        ),
      "should have got",
    ],
    [
      "somebody's place for another",
      () =>
        resultText(
          whole.head,
          whole.drawn.map((one, at) => (at === 999 ? { ...one, leaf: "A" } : one)),
        ),
      "should have got",
    ],
    ["a line that is cut", () => whole.text.slice(0, -40), "damaged"],
    ["no head", () => lines.slice(1).join("\n"), "no head"],
  ])(
    "is told of %s",
    (_, text, why) => {
      const { status, says } = verified(text());
      expect(says).toContain(why);
      expect(status).toBe(1);
    },
    60_000,
  );

  it("is told of a list that was published otherwise, and of another commitment, root, seed or beacon", () => {
    const list = join(folder, "other.txt");
    writeFileSync(list, whole.list.slice(1));
    expect(verified(whole.text, "--entrants", list).says).toContain("the list that was published is another");
    const draw = join(folder, "draw.json");
    const { eventId, commitment, entrantRoot, seed: said } = whole.head;
    const answered = { eventId, commitment, entrantRoot, seed: said, beacon: { value: beacon } };
    writeFileSync(draw, JSON.stringify({ ...answered, resultHash: rootOf(whole.text) }));
    expect(verified(whole.text, "--draw", draw).status).toBe(0);
    for (const other of [
      { commitment: "0" },
      { entrantRoot: "0" },
      { seed: "0" },
      { beacon: { value: "0" } },
      { resultHash: "0" },
      { eventId: "evt_2" },
    ]) {
      writeFileSync(draw, JSON.stringify({ ...answered, ...other }));
      expect(verified(whole.text, "--draw", draw).says).toContain("the published");
    }
    expect(readFileSync(list, "utf8")).not.toBe(whole.list);
  }, 120_000);
});
