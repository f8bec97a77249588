import { organisationOf } from "#shared/platform/caller.ts";
import { operation } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";
import { changedSeries } from "#shared/registration/programme/rules.ts";
import { commitSeries, ownSeries, planSeries } from "#shared/registration/programme/store.ts";

/** Changes a series of the organisation. */
export const changeSeries = operation(programmeRoutes.changeSeries)(
  async ({ caller, path, body, version }) => {
    const before = await ownSeries(path.seriesId, organisationOf(caller));
    if (before.version !== version) throw new Refusal(problems.versionMismatch);
    const after = changedSeries(before, body);
    await commitSeries(planSeries(before, after));
    return { status: 200, body: after, headers: { etag: `"${after.version}"` } };
  },
);
