import { accountingRoutes } from "#shared/accounting/contract.ts";
import { finance, type JournalStream } from "#test/support/ledger.ts";
import { cardAccounts, hotAccounts, merchantOf } from "../../ledger/entries.ts";
import { type CostSheet, deliver } from "../sheet.ts";
import { tick } from "./jobs.ts";
import { aMinute, toppedUp, used } from "./postings.ts";

export const LINES = "streams/journal";
export const SEALER = "jobs/sealLedger";

/** As many entries as the stream's consumer is handed at once. */
export const BATCH = 100;

export const seal = () => deliver(SEALER, [tick("sealLedger")]);
/** Until what was posted is sealed: two minutes, and the rest of its own. */
const DUE_SECONDS = 240;

/** Delivers the lines of what was posted, and seals it. */
export async function settleAll(sheet: CostSheet, stream: JournalStream): Promise<void> {
  await stream.deliver();
  sheet.later(DUE_SECONDS);
  await seal();
}

export async function sealingCases(sheet: CostSheet, stream: JournalStream): Promise<void> {
  const lines = async (name: string) => {
    const records = await stream.read();
    const hand = async () => {
      await stream.hand(records);
      return { ok: true, status: 200 };
    };
    await sheet.costs(LINES, name, "200", hand);
    return hand;
  };
  const sealing = async (name: string) => {
    sheet.later(DUE_SECONDS);
    await sheet.costs(SEALER, name, "200", seal);
  };
  // What other cases posted is none of these.
  await settleAll(sheet, stream);

  const merchant = merchantOf(2);
  const each = (nth: number) => 1_000 + nth;
  await aMinute(sheet, merchant, BATCH, each);
  await lines(`${BATCH} entries of one minute`);
  await sealing(`${BATCH} entries of ${BATCH} new accounts`);
  await aMinute(sheet, merchant, BATCH, each);
  const again = await lines(`${BATCH} entries of another minute`);
  await sealing(`${BATCH} entries of ${BATCH} known accounts`);
  await sheet.costs(LINES, `${BATCH} entries, delivered when they are sealed`, "200", again);
  await sealing(`${BATCH} entries that came a second time`);
  await aMinute(sheet, merchant, BATCH, () => 1_000);
  await lines(`${BATCH} entries of one account`);
  await sealing(`${BATCH} entries of one known account`);
  await aMinute(sheet, merchant, 1, () => 1_000);
  await lines("1 entry");
  await sealing("1 entry");
  await sealing("nothing to seal");
}

/** A merchant's books: what each question reads of them. */
export async function readingCases(sheet: CostSheet, stream: JournalStream): Promise<void> {
  const me = finance(sheet.service);
  const merchant = merchantOf(3);
  const unconsumed = cardAccounts(merchant, 2_000).unconsumed;
  const custody = hotAccounts(merchant).custody.id;
  for (let nth = 0; nth < 25; nth += 1) {
    sheet.toNext(60);
    await toppedUp(2_000, 10_000, merchant);
    await toppedUp(2_001 + nth, 10_000, merchant);
  }
  const before = sheet.now.toISOString();
  const { journalId } = await used(2_000, 5_000, merchant);
  await settleAll(sheet, stream);

  const account = (name: string, accountId: string, asOf?: string) =>
    sheet.costs("getLedgerAccount", name, "200", () =>
      me(accountingRoutes.getLedgerAccount, {
        path: { accountId },
        query: { ...(asOf !== undefined && { asOf }) },
      }),
    );
  await account("a guarded account", unconsumed.id);
  await account("an account that everybody's entries meet", custody);
  await account("the same, as of an earlier instant", custody, before);
  const page = (name: string, accountId: string, limit: number) =>
    sheet.costs("listAccountEntries", name, "200", () =>
      me(accountingRoutes.listAccountEntries, { path: { accountId }, query: { limit } }),
    );
  await page("a page of 20, two of a segment", custody, 20);
  await page("a page of 20, one of a segment", unconsumed.id, 20);
  await sheet.costs("getJournalEntry", "sealed", "200", () =>
    me(accountingRoutes.getJournalEntry, { path: { journalId } }),
  );
  const { journalId: fresh } = await toppedUp(2_000, 10_000, merchant);
  await sheet.costs("getJournalEntry", "not sealed yet", "200", () =>
    me(accountingRoutes.getJournalEntry, { path: { journalId: fresh } }),
  );
  await sheet.costs("getJournalEntry", "unknown", "404 entry-unknown", () =>
    me(accountingRoutes.getJournalEntry, { path: { journalId: "no:such" } }),
  );
  await sheet.costs("getLedgerStatus", "as usual", "200", () => me(accountingRoutes.getLedgerStatus, {}));
  const list = (name: string, expand?: string) =>
    sheet.costs("listLedgerAccounts", name, "200", () =>
      me(accountingRoutes.listLedgerAccounts, {
        query: { limit: 20, ...(expand !== undefined && { expand }) },
      }),
    );
  await list("all that nothing totals");
  await list("a page of 20 of those that one totals", unconsumed.control);
  const balance = (name: string, query: Record<string, string>) =>
    sheet.costs("getTrialBalance", name, "200", () => me(accountingRoutes.getTrialBalance, { query }));
  await balance("at the watermark", {});
  await balance("as of an earlier instant", { asOf: before });
  await balance("of a period", { period: before.slice(0, 7) });
  await balance("26 accounts that one totals", { expand: unconsumed.control ?? "" });
}
