import * as z from "zod";
import { type AccountKind, account, chart } from "#shared/chart/chart.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import type { Draft } from "#shared/ledger/model.ts";
import { post } from "#shared/ledger/post.ts";

const kinds = Object.keys(chart) as [AccountKind, ...AccountKind[]];

const entryRequest = z.strictObject({
  journalId: z.string().min(1).max(200),
  kind: z.string().min(1).max(80),
  memo: z.string().max(500).optional(),
  businessDate: z.string().optional(),
  legs: z
    .array(
      z.strictObject({
        account: z.enum(kinds),
        owners: z.record(z.string(), z.string()),
        side: z.enum(["debit", "credit"]),
        amountFen: z.number(),
      }),
    )
    .min(2),
});

/**
 * Posts an entry to accounts of the chart. On one machine only: nobody posts to a deployed ledger by hand, and tests
 * and demonstrations need entries before every context that makes them is there.
 */
export async function postEntry(body: unknown) {
  const { legs, memo, businessDate, ...request } = entryRequest.parse(body);
  const draft: Draft = {
    ...request,
    ...(memo !== undefined && { memo }),
    ...(businessDate !== undefined && { businessDate }),
    source: { operation: "local" },
    legs: legs.map(({ account: kind, owners, side, amountFen }) => ({
      // The names that a kind needs are checked where they are filled in.
      account: account(kind, owners as never),
      side,
      amountFen,
    })),
  };
  const { entry, outcome } = await post(ledger, draft);
  return { outcome, entry };
}
