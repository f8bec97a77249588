import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import { operation } from "#shared/platform/operation.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { findListed } from "#shared/registration/search.ts";
import { summaryView } from "#shared/registration/views.ts";

/** Published events that answer the question, in order of their start. */
export const listEvents = operation(registrationRoutes.listEvents)(async ({ query, now }) => {
  const { limit, cursor, ...question } = query;
  const scope = ["listEvents", JSON.stringify(question)];
  const { events, next } = await findListed(question, limit, await readCursor(scope, cursor), now);
  const nextCursor = await signCursor(scope, next);
  return {
    status: 200,
    body: { items: events.map(summaryView), nextCursor },
    headers: { "cache-control": "public, max-age=5" },
  };
});
