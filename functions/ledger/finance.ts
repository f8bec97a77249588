import { serve } from "#shared/platform/serve.ts";
import { closePeriod } from "./operations/closePeriod.ts";
import { exportLedger } from "./operations/exportLedger.ts";
import { getJournalEntry } from "./operations/getJournalEntry.ts";
import { getLedgerAccount } from "./operations/getLedgerAccount.ts";
import { getLedgerExport } from "./operations/getLedgerExport.ts";
import { getLedgerStatus } from "./operations/getLedgerStatus.ts";
import { getTrialBalance } from "./operations/getTrialBalance.ts";
import { listAccountEntries } from "./operations/listAccountEntries.ts";
import { listLedgerAccounts } from "./operations/listLedgerAccounts.ts";
import { listPeriods } from "./operations/listPeriods.ts";
import { resumeMoney } from "./operations/resumeMoney.ts";
import { reverseEntry } from "./operations/reverseEntry.ts";

export const handler = serve(
  getLedgerStatus,
  listLedgerAccounts,
  getLedgerAccount,
  listAccountEntries,
  getJournalEntry,
  reverseEntry,
  getTrialBalance,
  exportLedger,
  getLedgerExport,
  resumeMoney,
  listPeriods,
  closePeriod,
);
