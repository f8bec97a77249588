import { operation } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";
import { findSeries, listRounds } from "#shared/registration/programme/store.ts";
import { seriesView } from "#shared/registration/programme/views.ts";

/** A series with its published rounds. */
export const getSeries = operation(programmeRoutes.getSeries)(async ({ path }) => {
  const series = await findSeries(path.seriesId);
  if (!series) throw new Refusal(problems.notFound);
  const rounds = await listRounds(path.seriesId);
  // No round has results before somebody enters them, which nobody can yet.
  const body = seriesView(series, rounds, new Map());
  return { status: 200, body, headers: { etag: `"${series.version}"` } };
});
