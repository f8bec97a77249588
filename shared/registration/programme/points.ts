import type { PointsRule, PointsTable } from "./model.ts";

/** How one entrant ended in a round; without a rank they took part and did not finish. */
export interface RoundResult {
  entrant: string;
  label: string;
  rank?: number;
}

/** A round with its results, none before there are any. */
export interface Round {
  eventId: string;
  tierId?: string;
  results: readonly RoundResult[];
}

interface Score {
  eventId: string;
  /** The how-manieth round of its tier. */
  round: number;
  rank?: number;
  points: number;
  counts: boolean;
}

interface Standing {
  entrant: string;
  label: string;
  points: number;
  scores: Score[];
}

const pointsFor = ({ points, beyond }: PointsRule, rank: number | undefined): number =>
  rank === undefined ? 0 : (points[rank - 1] ?? beyond);

/** The best `bestOf` rounds count; of two with equal points the earlier. */
function counted({ bestOf = Number.POSITIVE_INFINITY }: PointsRule, scores: readonly Score[]): Score[] {
  const best = new Set(scores.toSorted((a, b) => b.points - a.points || a.round - b.round).slice(0, bestOf));
  return scores.map((score) => ({ ...score, counts: best.has(score) }));
}

function standingsOf(rule: PointsRule, rounds: readonly Round[]): Standing[] {
  const entrants = new Map<string, { label: string; scores: Score[] }>();
  for (const [round, { eventId, results }] of rounds.entries())
    for (const { entrant, label, rank } of results) {
      const known = entrants.get(entrant) ?? { label, scores: [] };
      const score = { eventId, round, points: pointsFor(rule, rank), counts: false };
      known.scores.push({ ...score, ...(rank !== undefined && { rank }) });
      entrants.set(entrant, { ...known, label });
    }
  return [...entrants].map(([entrant, { label, scores: all }]) => {
    const scores = counted(rule, all);
    const points = scores.reduce((sum, score) => sum + (score.counts ? score.points : 0), 0);
    return { entrant, label, points, scores };
  });
}

const LAST = Number.MAX_SAFE_INTEGER;
const ranksOf = ({ scores }: Standing): number[] =>
  scores.flatMap(({ rank }) => rank ?? []).sort((a, b) => a - b);
const winsOf = (standing: Standing): number => ranksOf(standing).filter((rank) => rank === 1).length;
const rankIn = ({ scores }: Standing, at: number): number =>
  scores.find(({ round }) => round === at)?.rank ?? LAST;

/** The first difference decides; who has no more is behind. */
function firstDifference(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? LAST) - (b[at] ?? LAST);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Below 0 where the first is ahead. */
const ahead: Record<
  PointsRule["tieBreaks"][number],
  (a: Standing, b: Standing, rounds: readonly number[]) => number
> = {
  "most-wins": (a, b) => winsOf(b) - winsOf(a),
  "best-ranks": (a, b) => firstDifference(ranksOf(a), ranksOf(b)),
  "most-rounds": (a, b) => b.scores.length - a.scores.length,
  "latest-round": (a, b, rounds) =>
    firstDifference(
      rounds.map((at) => rankIn(a, at)),
      rounds.map((at) => rankIn(b, at)),
    ),
};

function rowsOf(rule: PointsRule, rounds: readonly Round[]): PointsTable[number]["rows"] {
  const latestFirst = [...rounds.keys()].reverse();
  const order = (a: Standing, b: Standing): number =>
    b.points - a.points ||
    (rule.tieBreaks.map((by) => ahead[by](a, b, latestFirst)).find((found) => found !== 0) ?? 0);
  const all = standingsOf(rule, rounds);
  const placed = all.filter(({ scores }) => scores.length >= rule.minRounds);
  const unplaced = all.filter(({ scores }) => scores.length < rule.minRounds);
  // Equals stand in an order that nobody can influence by when they were entered.
  const sorted = (some: Standing[]) => some.sort((a, b) => order(a, b) || (a.entrant < b.entrant ? -1 : 1));
  const placeOf = (standing: Standing) => 1 + placed.filter((other) => order(other, standing) < 0).length;
  return [...sorted(placed), ...sorted(unplaced)].map((standing) => ({
    ...(standing.scores.length >= rule.minRounds && { place: placeOf(standing) }),
    entrant: standing.entrant,
    label: standing.label,
    points: standing.points,
    rounds: standing.scores.map(({ round: _, ...score }) => score),
  }));
}

/**
 * The points tables of a series, one for each tier, from the results of its rounds alone, in the order of the rounds.
 * None before any round has results.
 */
export function pointsTable(rule: PointsRule, rounds: readonly Round[]): PointsTable {
  const held = rounds.filter(({ results }) => results.length > 0);
  return [...Map.groupBy(held, ({ tierId }) => tierId)].map(([tierId, ofTier]) => ({
    ...(tierId !== undefined && { tierId }),
    rows: rowsOf(rule, ofTier),
  }));
}
