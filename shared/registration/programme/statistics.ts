import { together } from "./counting.ts";
import type { EventCount, KeyGroups, StatisticsView } from "./model.ts";
import { type KeyGroup, keyGroupNames } from "./schemas.ts";

type Figures = Omit<
  StatisticsView,
  "year" | "asOf" | "qualityTarget" | "smallestShown" | "byTown" | "bySport"
>;
type Measure = "registrationsOf" | "attendedOf";
type Row = Omit<Figures, Measure> & Record<Measure, KeyGroups>;

function sumOf(counts: readonly EventCount[]): Row {
  const sum = (of: (count: EventCount) => number) => counts.reduce((so, count) => so + of(count), 0);
  return {
    published: counts.length,
    held: sum(({ held }) => Number(held)),
    registrations: sum(({ registrations }) => registrations),
    attended: sum(({ attended }) => attended),
    qualityConfirmed: sum(({ quality }) => Number(quality)),
    registrationsOf: together(...counts.map(({ registrationsOf }) => registrationsOf)),
    attendedOf: together(...counts.map(({ attendedOf }) => attendedOf)),
  };
}

/**
 * Which rows of a table do not show a key group: those that are too small and, while the difference between the total
 * and what is shown would tell a sum that is too small, the smallest that is left.
 */
function hiddenRows(values: readonly number[], smallest: number): ReadonlySet<number> {
  const ascending = [...values.keys()].sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const hidden = new Set<number>();
  let rest = 0;
  for (const at of ascending) {
    const value = values[at] ?? 0;
    if (value >= smallest && (rest === 0 || rest >= smallest)) break;
    hidden.add(at);
    rest += value;
  }
  return hidden;
}

const without = (groups: KeyGroups, hides: (name: KeyGroup) => boolean): KeyGroups =>
  Object.fromEntries(Object.entries(groups).filter(([name]) => !hides(name as KeyGroup)));

/** The rows of a table, without what must not be read from it. */
function shownRows<R extends Row>(rows: readonly R[], smallest: number): R[] {
  const hiddenOf = (measure: Measure) =>
    new Map(
      keyGroupNames.map((name) => [
        name,
        hiddenRows(
          rows.map((row) => row[measure][name] ?? 0),
          smallest,
        ),
      ]),
    );
  const hidden = { registrationsOf: hiddenOf("registrationsOf"), attendedOf: hiddenOf("attendedOf") };
  return rows.map((row, at) => {
    const shown = (measure: Measure) =>
      without(row[measure], (name) => hidden[measure].get(name)?.has(at) ?? true);
    return { ...row, registrationsOf: shown("registrationsOf"), attendedOf: shown("attendedOf") };
  });
}

const withoutGroups = ({ registrationsOf: _r, attendedOf: _a, ...figures }: Row): Figures => figures;

const tableOf = <Name extends "town" | "sport">(counts: readonly EventCount[], by: Name) =>
  [...Map.groupBy(counts, (count) => count[by])]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, of]) => ({ [by]: name, ...sumOf(of) }) as Record<Name, string> & Row);

/**
 * The public figures of a year. Key groups are told of all events, of each town and of each sport, and of nothing
 * smaller: from a town's figure for a sport, others could be told that are too small to be shown. So who asks for a
 * town or a sport is answered its row of the whole year's table.
 */
export function statisticsOf(
  counts: readonly EventCount[],
  { town, sport }: { town?: string | undefined; sport?: string | undefined },
  smallest: number,
): Figures & Pick<StatisticsView, "byTown" | "bySport"> {
  const asked = counts.filter((of) => (town ?? of.town) === of.town && (sport ?? of.sport) === of.sport);
  const byTown = shownRows(tableOf(counts, "town"), smallest);
  const bySport = shownRows(tableOf(counts, "sport"), smallest);
  if (town === undefined && sport === undefined) {
    const [total] = shownRows([sumOf(counts)], smallest);
    return { ...(total as Row), byTown, bySport };
  }
  const row =
    sport === undefined
      ? byTown.find((of) => of.town === town)
      : town === undefined
        ? bySport.find((of) => of.sport === sport)
        : undefined;
  const { registrationsOf, attendedOf } = row ?? {};
  return {
    ...withoutGroups(sumOf(asked)),
    ...(registrationsOf && { registrationsOf }),
    ...(attendedOf && { attendedOf }),
    byTown: tableOf(asked, "town").map(({ town: name, ...of }) => ({ town: name, ...withoutGroups(of) })),
    bySport: tableOf(asked, "sport").map(({ sport: name, ...of }) => ({ sport: name, ...withoutGroups(of) })),
  };
}
