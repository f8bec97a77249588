import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import { operation } from "#shared/platform/operation.ts";
import { businessDate } from "#shared/platform/time.ts";
import { policyRoutes } from "#shared/policies/contract.ts";
import { policyViews } from "#shared/policies/listing.ts";

/** Rules with their sources, those of the release and those that were decided. */
export const listPolicies = operation(policyRoutes.listPolicies)(async ({ query, now }) => {
  const { limit, cursor, ...asked } = query;
  const scope = ["listPolicies", JSON.stringify(asked)];
  const after = Number((await readCursor(scope, cursor))?.["shown"] ?? 0);
  const views = await policyViews(asked, businessDate(now));
  const shown = after + limit;
  const next = shown < views.length ? { shown } : undefined;
  return {
    status: 200,
    body: { items: views.slice(after, shown), nextCursor: await signCursor(scope, next) },
  };
});
