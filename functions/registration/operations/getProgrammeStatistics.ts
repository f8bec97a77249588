import { operation } from "#shared/platform/operation.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";
import { eventStatistics } from "#shared/registration/programme/nightly.ts";

/** What the nights' counts of a year's events come to. */
export const getProgrammeStatistics = operation(programmeRoutes.getProgrammeStatistics)(
  async ({ query }) => ({
    status: 200,
    body: await eventStatistics(query),
    headers: { "cache-control": "public, max-age=300" },
  }),
);
