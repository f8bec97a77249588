import { accountingRoutes } from "#shared/accounting/contract.ts";
import { approvalRoutes } from "#shared/approvals/contract.ts";
import type { Client } from "#shared/client.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import { stopMoney } from "#shared/ledger/moneyMode.ts";
import { post } from "#shared/ledger/post.ts";
import { finance } from "#test/support/ledger.ts";
import { good } from "#test/support/service.ts";
import { merchantOf, topUp } from "../../ledger/entries.ts";
import { type CostSheet, cameOf, deliver } from "../sheet.ts";
import { tick } from "./jobs.ts";
import { POST, posted, toppedUp } from "./postings.ts";

const AUDITOR = "jobs/auditLedger";
export const audit = () => deliver(AUDITOR, [tick("auditLedger")]);

const reason = "录入金额有误";

/** As the reader saw it, by its hash. */
export const decisionOn = async (by: Client, approvalId: string) => {
  const { requestHash } = await good(by(approvalRoutes.getApproval, { path: { approvalId } }));
  return { path: { approvalId }, body: { requestHash } };
};

/** One of finance asks that an entry is taken back, another decides. */
export async function approvalCases(sheet: CostSheet): Promise<void> {
  const [maker, checker] = [finance(sheet.service), finance(sheet.service, "finance-2")];
  const merchant = merchantOf(4);
  const asking = (journalId: string, amountsFen?: number[], idempotencyKey: string = crypto.randomUUID()) =>
    maker(accountingRoutes.reverseEntry, {
      path: { journalId },
      body: { reason, ...(amountsFen && { amountsFen }) },
      idempotencyKey,
    });
  const { journalId } = await toppedUp(3_000, 10_000, merchant);
  const key = crypto.randomUUID();
  const { approvalId } = await good(
    sheet.costs("reverseEntry", "an entry", "202", () => asking(journalId, undefined, key)),
  );
  await sheet.costs("reverseEntry", "repeated", "202", () => asking(journalId, undefined, key));
  await sheet.costs("reverseEntry", "more than there is of it", "422 reversal-exceeds", () =>
    asking(journalId, [20_000, 20_000]),
  );
  const rejected = await good(asking(journalId, [5_000, 5_000]));
  await sheet.costs("listApprovals", "two that wait", "200", () =>
    checker(approvalRoutes.listApprovals, { query: {} }),
  );
  await sheet.costs("getApproval", "one that waits", "200", () =>
    checker(approvalRoutes.getApproval, { path: { approvalId } }),
  );
  const refusal = await decisionOn(checker, rejected.approvalId);
  await sheet.costs("reject", "a reversal", "200", () =>
    checker(approvalRoutes.reject, { ...refusal, body: { ...refusal.body, reason } }),
  );
  const decision = { ...(await decisionOn(checker, approvalId)), idempotencyKey: crypto.randomUUID() };
  await sheet.costs("approve", "a reversal of two legs, one guarded", "200", () =>
    checker(approvalRoutes.approve, decision),
  );
  await sheet.costs("approve", "a reversal, repeated", "200", () =>
    checker(approvalRoutes.approve, decision),
  );
  const own = { ...decision, idempotencyKey: crypto.randomUUID() };
  await sheet.costs("approve", "one's own", "403 four-eyes", () => maker(approvalRoutes.approve, own));
  await sheet.costs("listApprovals", "two that were decided", "200", () =>
    checker(approvalRoutes.listApprovals, { query: { status: "decided" } }),
  );
}

/** The books were found broken: nothing moves until everything was verified and two people let it. */
export async function stopCases(sheet: CostSheet): Promise<void> {
  const [maker, checker] = [finance(sheet.service), finance(sheet.service, "finance-2")];
  await stopMoney(ledger.db, { fault: "entry-altered", place: "an entry" }, sheet.now);
  await sheet.costs(POST, "while money is read-only", "503 money-read-only", () =>
    cameOf(() => post(ledger, topUp(posted() + 1, merchantOf(1), 1, 10_000))),
  );
  await sheet.costs("getLedgerStatus", "while money is read-only", "200", () =>
    maker(accountingRoutes.getLedgerStatus, {}),
  );
  await audit();
  const resuming = () =>
    maker(accountingRoutes.resumeMoney, { body: { reason }, idempotencyKey: crypto.randomUUID() });
  const { approvalId } = await good(
    sheet.costs("resumeMoney", "everything was verified since", "202", resuming),
  );
  const decision = await decisionOn(checker, approvalId);
  await sheet.costs("approve", "that money moves again", "200", () =>
    checker(approvalRoutes.approve, decision),
  );
  await sheet.costs("resumeMoney", "money is not stopped", "409 money-not-stopped", resuming);
}
