import { organisationOf } from "#shared/platform/caller.ts";
import { operation } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";
import { listSeriesOf } from "#shared/registration/programme/store.ts";

/** The organisation's own series, latest first. */
export const listOrganiserSeries = operation(programmeRoutes.listOrganiserSeries)(
  async ({ caller, path, query }) => {
    if (path.orgId !== organisationOf(caller)) throw new Refusal(problems.notFound);
    return { status: 200, body: await listSeriesOf(path.orgId, query.limit, query.cursor) };
  },
);
