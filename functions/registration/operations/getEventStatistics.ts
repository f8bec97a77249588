import { organisationOf } from "#shared/platform/caller.ts";
import { operation } from "#shared/platform/operation.ts";
import { insightRoutes } from "#shared/registration/insight/contract.ts";
import { statisticsOf } from "#shared/registration/insight/statistics.ts";
import { organisersEvent } from "#shared/registration/store.ts";

/** How full the organiser's event is and who takes part, in numbers; nobody's data is shown, so nothing is logged. */
export const getEventStatistics = operation(insightRoutes.getEventStatistics)(
  async ({ caller, path, now }) => {
    const event = await organisersEvent(path.eventId, organisationOf(caller));
    return { status: 200, body: await statisticsOf(event, now) };
  },
);
