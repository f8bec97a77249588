import { merchantRoutes } from "#shared/merchants/contract.ts";
import { findListed } from "#shared/merchants/search.ts";
import { publicView } from "#shared/merchants/views.ts";
import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import { operation } from "#shared/platform/operation.ts";

/** Admitted merchants that answer the question. */
export const listMerchants = operation(merchantRoutes.listMerchants)(async ({ query }) => {
  const { limit, cursor, ...question } = query;
  const scope = ["listMerchants", JSON.stringify(question)];
  const { merchants, next } = await findListed(question, limit, await readCursor(scope, cursor));
  const items = merchants.flatMap((merchant) => publicView(merchant) ?? []);
  return {
    status: 200,
    body: { items, nextCursor: await signCursor(scope, next) },
    headers: { "cache-control": "public, max-age=5" },
  };
});
