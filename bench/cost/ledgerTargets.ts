import { BATCH, LINES, SEALER } from "./cases/books.ts";
import { POST } from "./cases/postings.ts";
import type { Row } from "./sheet.ts";
import type { Verdict } from "./targets.ts";

/** A posting's accounts: the payer's, the one that everybody's entries meet, and the one that totals the payers'. */
const COMMON = 2;

/** What shared/design promises of a posting and of what is derived from it, held against the rows. */
export function ledgerVerdicts(
  rows: readonly Row[],
  row: (operation: string, name: string) => Row,
): Verdict[] {
  const guarded = row(POST, "two legs, one guarded, which gives");
  const unguarded = row(POST, "two legs, none guarded");
  const again = row(POST, "the same again");
  const operations = rows.filter(
    (one) =>
      ["reverseEntry", "approve", "closePeriod"].includes(one.operation) && one.case.includes("repeated"),
  );
  const refusals = rows.filter(({ outcome }) => outcome.endsWith("insufficient-balance"));
  const most = (of: readonly Row[]) => Math.max(...of.map(({ wcu, indexWcu }) => wcu + indexWcu));
  const derived = (accounts: string, entries: string) =>
    row(LINES, entries).wcu + row(SEALER, `${BATCH} entries of ${accounts}`).wcu;
  const many = derived(`${BATCH} known accounts`, `${BATCH} entries of another minute`);
  const one = derived("one known account", `${BATCH} entries of one account`);
  const promised = (accounts: number) => BATCH + 2 * (accounts + COMMON);
  return [
    {
      target: "a posting of two legs, one guarded: at most 4.1 WCU and the index, 1 write round trip",
      counted:
        `${guarded.wcu} WCU, ${guarded.writeTrips} round trip, ${guarded.rcu} RCU; the journal has no index. ` +
        `None guarded: ${unguarded.wcu} WCU`,
      met: guarded.wcu + guarded.indexWcu <= 4.1 && guarded.writeTrips === 1,
    },
    {
      target: "a repeated request of an operation that posts or plans: 0 WCU",
      counted: `${most(operations)} WCU in ${operations.length} cases`,
      met: operations.length > 0 && most(operations) === 0,
    },
    {
      target: "a repetition that comes to the ledger itself: 0 WCU",
      counted: `${again.wcu} WCU: the transaction is sent and its condition refuses it, which is charged in full`,
      met: again.wcu === 0,
      owed: "reading the journal first would cost every posting 1 RCU, as much as is saved at one repetition in twenty",
    },
    {
      target: "a refusal for want of balance: 0 WCU",
      counted: `${most(refusals)} WCU in ${refusals.length} cases`,
      met: refusals.length > 0 && most(refusals) === 0,
    },
    {
      target: "line and seal: at most 1 WCU an entry and 2 for each account that a minute touches",
      counted: `${many} WCU for ${BATCH} entries of ${BATCH} accounts and the ${COMMON} they have in common, of ${promised(BATCH)}`,
      met: many <= promised(BATCH),
    },
    {
      target: "the same where all entries are of one account",
      counted: `${one} WCU for ${BATCH} entries of ${1 + COMMON} accounts, of ${promised(1)}`,
      met: one <= promised(1),
      owed: "an account's entries are listed in its point and an entry's place in its segment, 142 and 165 bytes each",
    },
  ];
}
