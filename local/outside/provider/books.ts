/** Everything the sandbox keeps of payments. Amounts in fen; instants in whole seconds of UTC. */
export interface Books {
  config: Config;
  /** For ids. */
  count: number;
  receivers: Receiver[];
  orders: Order[];
  transactions: Transaction[];
  refunds: Refund[];
  movements: Movement[];
  settlements: Settlement[];
  notices: Notice[];
  /** What is done wrong with the next requests. */
  faults: Fault[];
  /** What becomes of the next refunds; the others succeed. */
  outcomes: Outcome[];
  /** What is wrong in bills. */
  mistakes: Mistake[];
  /** Bills that were asked for, by the token of their address. */
  bills: Record<string, string>;
  /** What was delivered to the sandbox itself, while nobody else is named for notifications. */
  inbox: Delivered[];
}

export interface Config {
  notifyUrl?: string;
  bankUrl?: string;
  /** Of what is paid, in hundredths of a percent; rounded half up, and at least a fen where it is not 0. */
  feeBasisPoints: number;
  /** Whether a refund gives back its part of the fee. */
  returnsFees: boolean;
  /** How long a refund takes. */
  refundSeconds: number;
  /** After how long a late notification is first sent. */
  lateSeconds: number;
  /** How long a request hangs that is not answered in time. */
  hangMs: number;
  /** Whether notifications that are due are sent by themselves, or only when they are flushed. */
  delivers: "by-itself" | "on-flush";
  /** Whether a request's signed time sets the clock. */
  clock: "own" | "callers";
  /** By certificates, or as to a newer merchant by the fixed key alone. */
  signs: "certificate" | "public-key";
}

export const firstConfig: Config = {
  feeBasisPoints: 60,
  returnsFees: true,
  refundSeconds: 2,
  lateSeconds: 600,
  hangMs: 30_000,
  delivers: "by-itself",
  clock: "own",
  signs: "certificate",
};

/** A merchant who receives, and the account at the bank to which it is paid out. */
export interface Receiver {
  receiver: string;
  account: string;
}

/** For whom a merchant asks (服务商); absent where it asks for itself. */
interface ForWhom {
  subMchid?: string;
}

export interface Order extends ForWhom {
  outTradeNo: string;
  amountFen: number;
  /** Everything that was asked, to know the same order again. */
  asked: string;
  tradeType: TradeType;
  expiresAt: string;
  notifyUrl: string;
  prepayId: string;
  description: string;
  openId: string;
  closed: boolean;
}

export type TradeType = "NATIVE" | "MWEB" | "JSAPI";

export interface Transaction extends ForWhom {
  transactionId: string;
  outTradeNo: string;
  amountFen: number;
  feeFen: number;
  paidAt: string;
  tradeType: TradeType;
  description: string;
  openId: string;
  notifyUrl: string;
}

export type Outcome = "succeed" | "abnormal" | "closed" | "hang";

export interface Refund extends ForWhom {
  outRefundNo: string;
  refundId: string;
  transactionId: string;
  outTradeNo: string;
  amountFen: number;
  totalFen: number;
  feeReturnedFen: number;
  state: "PROCESSING" | "SUCCESS" | "CLOSED" | "ABNORMAL";
  acceptedAt: string;
  dueAt: string;
  outcome: Outcome;
  succeededAt?: string;
  notifyUrl: string;
}

/** A movement of a merchant's balance. */
export interface Movement {
  at: string;
  receiver: string;
  type: "交易" | "扣除交易手续费" | "退款" | "退回交易手续费" | "提现";
  direction: "收入" | "支出";
  amountFen: number;
  balanceFen: number;
  flowId: string;
  reference: string;
  voucher: string;
}

export interface Settlement {
  date: string;
  receiver: string;
  amountFen: number;
  reference: string;
  at: string;
  account?: string;
  /** `none`: nobody named a bank or an account. */
  bank: "booked" | "failed" | "none";
}

export interface Notice {
  id: string;
  eventType: string;
  /** The very body, encrypted. */
  body: string;
  url: string;
  attempts: number;
  /** Absent when it was taken, given up, or never to be sent. */
  nextAt?: string;
  /** HTTP status of the last attempt; 0 where nobody answered. */
  lastStatus?: number;
}

export interface Delivered {
  headers: Record<string, string>;
  body: string;
}

export type Operation =
  | "order"
  | "find"
  | "close"
  | "refund"
  | "find-refund"
  | "bill"
  | "download"
  | "certificates";

export type FaultKind =
  | "timeout-before"
  | "timeout-after"
  | "dropped-before"
  | "dropped-after"
  | "500"
  | "500-after"
  | "bad-signature"
  | "unsigned"
  | "stale"
  | "broken"
  | "forged"
  | "frequency-limited"
  | "wrong-hash"
  | "refusal";

export interface Fault {
  operation: Operation | "any";
  kind: FaultKind;
  /** Of a refusal. */
  status?: number;
  code?: string;
  message?: string;
}

/** A mistake in a day's bill. */
export interface Mistake {
  kind: "trades" | "funds";
  date: string;
  /** Of trades: any id of the payment or refund; of funds: `交易 <id>`, `退款 <id>`, or a paying out's reference. */
  row: string;
  mistake: "leave-out" | "amount" | "double";
  amountFen?: number;
}

export const emptyBooks = (): Books => ({
  config: firstConfig,
  count: 0,
  receivers: [],
  orders: [],
  transactions: [],
  refunds: [],
  movements: [],
  settlements: [],
  notices: [],
  faults: [],
  outcomes: [],
  mistakes: [],
  bills: {},
  inbox: [],
});

const SHANGHAI_MS = 8 * 3_600_000;

/** A day in Shanghai. */
export const dayOf = (instant: string | Date): string =>
  new Date(new Date(instant).getTime() + SHANGHAI_MS).toISOString().slice(0, 10);

/** `2026-06-10T12:00:00+08:00`. */
export const shanghaiTime = (instant: string | Date): string =>
  `${new Date(new Date(instant).getTime() + SHANGHAI_MS).toISOString().slice(0, 19)}+08:00`;

/** In whole seconds, as the protocol tells it. */
export const inSeconds = (instant: Date): string => `${instant.toISOString().slice(0, 19)}.000Z`;

/** An id of digits that rises with time. */
export function nextId(books: Books, prefix: string, now: Date): string {
  books.count += 1;
  return `${prefix}${dayOf(now).replaceAll("-", "")}${String(books.count).padStart(16, "0")}`;
}

export const balanceOf = ({ movements }: Books, receiver: string): number =>
  movements.findLast((one) => one.receiver === receiver)?.balanceFen ?? 0;

/** Moves a merchant's balance. */
export function move(books: Books, now: Date, of: Omit<Movement, "at" | "balanceFen" | "flowId">): void {
  if (of.amountFen === 0) return;
  const signed = of.direction === "收入" ? of.amountFen : -of.amountFen;
  books.movements.push({
    at: inSeconds(now),
    ...of,
    balanceFen: balanceOf(books, of.receiver) + signed,
    flowId: nextId(books, "6000", now),
  });
}
