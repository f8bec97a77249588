import { organisationOf } from "#shared/platform/caller.ts";
import { operation } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { listEventsOf } from "#shared/registration/store.ts";
import { eventView } from "#shared/registration/views.ts";

/** The organisation's own events, drafts included, latest start first. */
export const listOrganiserEvents = operation(registrationRoutes.listOrganiserEvents)(
  async ({ caller, path, query }) => {
    if (path.orgId !== organisationOf(caller)) throw new Refusal(problems.notFound);
    const { events, ...next } = await listEventsOf(path.orgId, query.limit, query.cursor);
    return { status: 200, body: { items: events.map(eventView), ...next } };
  },
);
