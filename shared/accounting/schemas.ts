import * as z from "zod";
import { books } from "#shared/ledger/model.ts";
import { isPeriod } from "#shared/ledger/periods.ts";
import { instant } from "#shared/platform/instant.ts";
import { isCalendarDate } from "#shared/platform/time.ts";

const identifier = /^[A-Za-z0-9_.~-]+(:[A-Za-z0-9_.~-]+)*$/;

export const accountId = z
  .string()
  .max(120)
  .regex(identifier)
  .meta({ description: "An account of the chart", example: "custody:mer_01J00000000000000000000000" });
export const journalId = z
  .string()
  .max(200)
  .regex(identifier)
  .meta({ description: "An entry; its idempotency key" });
export const period = z
  .string()
  .refine(isPeriod)
  .meta({ description: "A month in Asia/Shanghai", example: "2026-05", pattern: "^\\d{4}-\\d{2}$" });
export const businessDay = z
  .string()
  .refine(isCalendarDate)
  .meta({ description: "A day in Asia/Shanghai", format: "date" });
export const exportId = z
  .string()
  .regex(/^exp_[0-9A-HJKMNP-TV-Z]{26}$/)
  .meta({ description: "An export" });
export const book = z.enum(books);
export const side = z.enum(["debit", "credit"]);
const fen = z.number().int();
const bilingual = z.object({ zh: z.string(), en: z.string() });

export const watermarkView = z
  .object({
    segment: z.number().int().meta({ description: "The last segment that is counted" }),
    until: z.string().meta({ description: "All that was posted before this instant is counted" }),
    hash: z.string(),
  })
  .meta({ id: "Watermark", description: "Up to where the books are sealed and can be read" });

const accountFields = {
  accountId,
  book,
  normal: side,
  kind: z.string().optional().meta({ description: "Its kind in the chart of accounts" }),
  title: bilingual.optional(),
  control: accountId.optional().meta({ description: "The account that totals it" }),
  totals: z.boolean().optional().meta({ description: "It totals others, see ?expand=" }),
};

export const accountView = z
  .object({
    ...accountFields,
    asOf: z.string(),
    watermark: watermarkView,
    balanceFen: fen.meta({ description: "On its normal side" }),
    debitFen: fen.meta({ description: "Sum of debits since the first entry" }),
    creditFen: fen,
    guarded: z
      .object({
        balanceFen: fen.meta({ description: "At this moment, ahead of the watermark" }),
        availableFen: fen.meta({ description: "Less what is held" }),
        frozen: z.object({ at: instant, reason: z.string() }).optional(),
      })
      .optional(),
  })
  .meta({ id: "LedgerAccount" });

export const listedAccount = z.object({ ...accountFields, balanceFen: fen }).meta({ id: "ListedAccount" });

export const trialLineView = z
  .object({
    ...accountFields,
    openingFen: fen.meta({ description: "On the normal side, at the beginning" }),
    turnoverDebitFen: fen,
    turnoverCreditFen: fen,
    debitFen: fen.meta({ description: "Balance at the end, when it is a debit" }),
    creditFen: fen,
  })
  .meta({ id: "TrialBalanceLine" });

export const trialBalanceView = z
  .object({
    asOf: z.string().meta({ description: "For which instant it holds; not later than the watermark" }),
    from: z.string().meta({ description: "Since when turnover is counted" }),
    period: z.string().optional(),
    watermark: watermarkView,
    accounts: z.array(trialLineView),
    totals: z.object({ debitFen: fen, creditFen: fen }),
    books: z.array(
      z.object({ book, debitFen: fen, creditFen: fen, turnoverDebitFen: fen, turnoverCreditFen: fen }),
    ),
    nextCursor: z.string().optional(),
  })
  .meta({ id: "TrialBalance" });

export const statementLineView = z
  .object({
    journalId,
    number: z.string().meta({ description: "Its number in its period (凭证号)", example: "2026-05-000001" }),
    kind: z.string(),
    memo: z.string().optional(),
    postedAt: instant,
    businessDate: z.string(),
    debitFen: fen,
    creditFen: fen,
    balanceFen: fen.meta({ description: "After this entry, in the order of sealing" }),
  })
  .meta({ id: "StatementLine" });

export const statementView = z
  .object({
    accountId,
    watermark: watermarkView,
    items: z.array(statementLineView),
    nextCursor: z.string().optional(),
  })
  .meta({ id: "AccountStatement" });

export const entryView = z
  .object({
    journalId,
    kind: z.string(),
    memo: z.string().optional(),
    postedAt: instant,
    businessDate: z.string(),
    originalDate: z.string().optional(),
    source: z.object({
      operation: z.string(),
      request: z.string().optional(),
      actor: z.string().optional(),
    }),
    legs: z.array(
      z.object({
        account: accountId,
        title: bilingual.optional(),
        book,
        side,
        amountFen: fen.meta({ description: "Below 0 in a reversal (红字)" }),
        reversedFen: fen.meta({ description: "How much of it was taken back" }),
        balanceAfterFen: fen.optional(),
      }),
    ),
    reverses: journalId.optional(),
    reversedBy: z.array(journalId),
    sealed: z
      .object({ segment: z.number().int(), number: z.string(), hash: z.string() })
      .optional()
      .meta({ description: "Absent until the watermark has passed it" }),
  })
  .meta({ id: "JournalEntry" });

export const reversalInput = z.strictObject({
  reason: z.string().trim().min(1).max(500),
  amountsFen: z
    .array(z.number().int().min(0))
    .min(2)
    .max(200)
    .optional()
    .meta({ description: "Per leg in the entry's order; left out: all that is left" }),
  businessDate: businessDay
    .optional()
    .meta({ description: "A past day of a period that is still open; left out: today" }),
});

export const faultView = z
  .object({
    fault: z.string(),
    place: z.string().meta({ description: "Which item says what it should not" }),
    expected: z.string().optional(),
    found: z.string().optional(),
  })
  .meta({ id: "LedgerFault" });

export const verificationView = z
  .object({
    ok: z.boolean().meta({ description: "Nothing wrong was found in what was looked at" }),
    complete: z.boolean().meta({ description: "Everything was looked at" }),
    entriesChecked: z.number().int(),
    segmentsChecked: z.number().int(),
    stage: z.enum(["segments", "accounts", "guarded", "roots", "journal", "done"]),
    emitted: z.number().int().meta({ description: "Entries that the sealer had not been told of" }),
    firstFault: faultView.optional(),
    next: z.string().optional().meta({ description: "Send it to go on" }),
  })
  .meta({ id: "LedgerVerification" });

export const exportView = z
  .object({
    exportId,
    format: z.enum(["jsonl", "hledger"]),
    status: z.enum(["queued", "running", "done"]),
    throughSegment: z.number().int().optional(),
    entries: z.number().int().optional(),
    bytes: z.number().int().optional(),
    sha256: z.string().optional().meta({ description: "Of the file, hexadecimal" }),
    url: z.string().optional().meta({ description: "Valid for five minutes" }),
  })
  .meta({ id: "LedgerExport" });

export const periodView = z
  .object({
    period,
    status: z.enum(["open", "closing", "closed"]),
    closingSince: instant.optional(),
    closedAt: instant.optional(),
    close: z
      .object({
        segment: z.number().int(),
        entries: z.number().int(),
        totals: z.record(z.string(), z.object({ debitFen: fen, creditFen: fen })),
      })
      .optional(),
  })
  .meta({ id: "Period" });

export const rootView = z
  .object({
    date: z.string(),
    firstSegment: z.number().int(),
    lastSegment: z.number().int(),
    entries: z.number().int(),
    root: z.string().meta({ description: "Merkle root (RFC 6962, SHA-256, base64url) over segment hashes" }),
    chain: z.string().meta({ description: "Hash of the last segment" }),
    previous: z.string(),
    hash: z.string(),
  })
  .meta({ id: "LedgerRoot" });

export const statusView = z
  .object({
    watermark: watermarkView,
    lagSeconds: z.number().int().meta({ description: "How far the watermark is behind the clock" }),
    money: z.enum(["open", "read-only"]),
    readOnly: z.object({ since: instant, first: faultView }).optional(),
    audit: z
      .object({ completedAt: instant, throughSegment: z.number().int(), entries: z.number().int() })
      .optional()
      .meta({ description: "The last verification of everything that found nothing" }),
  })
  .meta({ id: "LedgerStatus" });
