import type * as z from "zod";
import type { SportEvent } from "../model.ts";
import { summaryView } from "../views.ts";
import type { programmeRoutes } from "./contract.ts";
import type { Series } from "./model.ts";
import { pointsTable, type RoundResult } from "./points.ts";

type SeriesView = z.input<(typeof programmeRoutes)["getSeries"]["responses"][200]>;

/** A series with its rounds and, once any of them has results, what they come to. */
export function seriesView(
  series: Series,
  rounds: readonly SportEvent[],
  results: ReadonlyMap<string, readonly RoundResult[]>,
): SeriesView {
  const { rule } = series;
  const held = rounds.map(({ eventId, tier }) => ({
    eventId,
    ...(tier !== undefined && { tierId: tier }),
    results: results.get(eventId) ?? [],
  }));
  const table = rule ? pointsTable(rule, held) : [];
  return { ...series, rounds: rounds.map(summaryView), ...(table.length > 0 && { table }) };
}
