import { organisationOf } from "#shared/platform/caller.ts";
import { newId } from "#shared/platform/ids.ts";
import { once } from "#shared/platform/operation.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";
import { newSeries } from "#shared/registration/programme/rules.ts";
import { planNewSeries } from "#shared/registration/programme/store.ts";

/** Creates a series, of which the organisation's events can be rounds. */
export const createSeries = once(programmeRoutes.createSeries)(
  async ({ caller, body }) => {
    const series = newSeries(body, { seriesId: newId("ser"), organiserId: organisationOf(caller) });
    return { parts: [planNewSeries(series)], effect: series };
  },
  (series) => ({ status: 201, body: series, headers: { etag: `"${series.version}"` } }),
);
