import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import { operation } from "#shared/platform/operation.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";
import { listReported } from "#shared/registration/programme/store.ts";

/** Reports that wait for the bureau. */
export const listHoldings = operation(programmeRoutes.listHoldings)(async ({ query }) => {
  const scope = ["listHoldings"];
  const { holdings, next } = await listReported(query.limit, await readCursor(scope, query.cursor));
  return { status: 200, body: { items: holdings, nextCursor: await signCursor(scope, next) } };
});
