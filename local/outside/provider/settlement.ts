import { balanceOf, dayOf, inSeconds, type Movement, move, nextId, type Settlement } from "./books.ts";
import type { Sandbox } from "./sandbox.ts";

const ANSWERS_WITHIN_MS = 5_000;

const signed = ({ direction, amountFen }: Movement): number =>
  direction === "收入" ? amountFen : -amountFen;

/** What a merchant's balance was at the end of a day, less what was paid out since; never more than there is. */
function toSettle({ books }: Sandbox, receiver: string, date: string): number {
  const upTo = books.movements
    .filter((one) => one.receiver === receiver && (one.type === "提现" || dayOf(one.at) <= date))
    .reduce((sum, one) => sum + signed(one), 0);
  return Math.max(0, Math.min(upTo, balanceOf(books, receiver)));
}

/** Tells the bank that the money has arrived there. */
async function tellBank({ books }: Sandbox, settlement: Settlement): Promise<void> {
  const { bankUrl } = books.config;
  if (bankUrl === undefined || settlement.account === undefined) return;
  const { account, amountFen, reference, date } = settlement;
  const payer = { name: "微信支付（沙盒）" };
  const body = { id: reference, account, amountFen, summary: `结算 ${date}`, payer };
  const response = await fetch(`${bankUrl.replace(/\/+$/, "")}/receipts`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
  }).catch(() => undefined);
  settlement.bank = response?.ok ? "booked" : "failed";
}

/**
 * Pays out what each merchant's balance was at the end of a day. The same day again pays out nothing twice, and tells
 * the bank again where it was not heard.
 */
export async function settle(sandbox: Sandbox, date: string): Promise<Settlement[]> {
  const { books, clock } = sandbox;
  for (const receiver of new Set(books.movements.map((one) => one.receiver))) {
    const amountFen = toSettle(sandbox, receiver, date);
    if (amountFen === 0) continue;
    const now = clock.now();
    const reference = nextId(books, "7100", now);
    const account = books.receivers.find((one) => one.receiver === receiver)?.account;
    move(books, now, { receiver, type: "提现", direction: "支出", amountFen, reference, voucher: reference });
    books.settlements.push({
      date,
      receiver,
      amountFen,
      reference,
      at: inSeconds(now),
      ...(account !== undefined && { account }),
      bank: "none",
    });
  }
  const ofDay = books.settlements.filter((one) => one.date === date);
  for (const settlement of ofDay) if (settlement.bank !== "booked") await tellBank(sandbox, settlement);
  return ofDay;
}
