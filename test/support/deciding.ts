import { accountingRoutes } from "#shared/accounting/contract.ts";
import { approvalRoutes } from "#shared/approvals/contract.ts";
import type { Client } from "#shared/client.ts";
import { type Fault, readMoneyMode, resumePart, stopMoney } from "#shared/ledger/moneyMode.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { withFault } from "./faults.ts";
import { finance } from "./ledger.ts";
import { good, type TestService } from "./service.ts";

interface Wanted {
  amountsFen?: number[];
  businessDate?: string;
  reason?: string;
}

/** Asks that an entry is taken back, in whole or in part. */
export const askReversal = (call: Client, journalId: string, wanted: Wanted = {}, idempotencyKey?: string) =>
  call(accountingRoutes.reverseEntry, {
    path: { journalId },
    body: { reason: "金额录错", ...wanted },
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });

/** A reversal that one of finance asked for and that waits for another. */
export const proposed = async (service: TestService, journalId: string, wanted: Wanted = {}) =>
  (await good(askReversal(finance(service), journalId, wanted))).approvalId;

/** A request as somebody reads it before they decide. */
export const readApproval = (call: Client, approvalId: string) =>
  good(call(approvalRoutes.getApproval, { path: { approvalId } }));

interface Deciding {
  requestHash?: string;
  idempotencyKey?: string;
}

async function decided(
  call: Client,
  approvalId: string,
  { requestHash, idempotencyKey }: Deciding,
): Promise<{ path: { approvalId: string }; requestHash: string; key: { idempotencyKey?: string } }> {
  return {
    path: { approvalId },
    requestHash: requestHash ?? (await readApproval(call, approvalId)).requestHash,
    key: idempotencyKey === undefined ? {} : { idempotencyKey },
  };
}

/** Reads a request and agrees, unless another reading is given. */
export async function approve(call: Client, approvalId: string, of: Deciding = {}) {
  const { path, requestHash, key } = await decided(call, approvalId, of);
  return call(approvalRoutes.approve, { path, body: { requestHash }, ...key });
}

export async function reject(call: Client, approvalId: string, of: Deciding = {}) {
  const { path, requestHash, key } = await decided(call, approvalId, of);
  return call(approvalRoutes.reject, { path, body: { requestHash, reason: "不同意" }, ...key });
}

/** One of finance asks for a reversal and another agrees; answers the reversal's id. */
export async function reversed(service: TestService, journalId: string, wanted: Wanted = {}) {
  const approvalId = await proposed(service, journalId, wanted);
  await good(approve(finance(service, "finance-2"), approvalId));
  return `reversal:${approvalId}`;
}

/** Lets transactions through when so many of them wait: each was decided before any of them was written. */
export function writtenAtOnce<T>(writers: number, work: () => Promise<T>): Promise<T> {
  const all = Promise.withResolvers<void>();
  let waiting = 0;
  return withFault(async (command, _, next) => {
    if (command.startsWith("TransactWrite")) {
      waiting += 1;
      if (waiting === writers) all.resolve();
      await all.promise;
    }
    return next();
  }, work);
}

/** Money stops as it does when an audit finds a fault. */
export async function stopMoneyFor(service: TestService, fault: Fault): Promise<void> {
  await stopMoney(dynamo, fault, service.clock.now());
  service.clock.advance(6);
}

/** Money moves again without anybody's decision, and everybody has noticed; nothing happens when it does. */
export async function letMoneyMove(service: TestService): Promise<void> {
  const mode = await readMoneyMode(dynamo);
  if (!mode) return;
  await dynamo.commit([resumePart(mode.stop, () => new Error("money was stopped again"))]);
  service.clock.advance(6);
}
