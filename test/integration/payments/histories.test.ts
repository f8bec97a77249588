import { afterAll, beforeAll, expect, it } from "vitest";
import { type Chance, chanceOf } from "#local/demo/random.ts";
import { runJob } from "#local/localRoutes.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import { post } from "#shared/ledger/post.ts";
import { paymentRoutes } from "#shared/payments/contract.ts";
import type { PaidFor, Payment } from "#shared/payments/model.ts";
import { feeRefundDraft } from "#shared/payments/postings.ts";
import { planPaymentRefund } from "#shared/payments/refunds.ts";
import { findPayment, listBankRefunds } from "#shared/payments/store.ts";
import { businessDate } from "#shared/platform/time.ts";
import { finance } from "../../support/ledger.ts";
import {
  balances,
  control,
  decided,
  fees,
  heard,
  journal,
  owing,
  type Paying,
  pay,
  providersBooks,
  sweep,
} from "../../support/payments.ts";
import { citizen, good, startTestService, type TestService } from "../../support/service.ts";

/** Histories in full behind the flag; a tenth of them otherwise. */
const FULL = process.env["LEYUN_FULL"] === "1";
const HISTORIES = FULL ? 20 : 2;
const STEPS = 60;

let service: TestService;
let payer: Awaited<ReturnType<typeof citizen>>;
beforeAll(async () => {
  console.log(
    `histories of payments: ${HISTORIES} of ${STEPS} steps${FULL ? "" : " (20 with LEYUN_FULL=1)"}`,
  );
  service = await startTestService();
  payer = await citizen(service);
  await control(service, "config", { hangMs: 20 });
});
afterAll(() => service.stop());

type Fault = { operation: string; kind: string };
const faults: [Fault, ...Fault[]] = [
  { operation: "order", kind: "500" },
  { operation: "order", kind: "500-after" },
  { operation: "find", kind: "500" },
  { operation: "find", kind: "bad-signature" },
  { operation: "refund", kind: "500" },
  { operation: "refund", kind: "500-after" },
  { operation: "refund", kind: "timeout-after" },
  { operation: "find-refund", kind: "frequency-limited" },
  { operation: "bill", kind: "500" },
];

/** One step of a day at the counter: somebody pays, asks back, or something goes wrong. */
class History {
  readonly #chance: Chance;
  readonly #owing: Paying[] = [];
  readonly #events = [fees(), fees(), fees()] as const;

  constructor(seed: number) {
    this.#chance = chanceOf(seed);
  }

  #one<T>(of: readonly [T, ...T[]]): T {
    return this.#chance.oneOf(of);
  }

  /** What the payer is refused, such as to pay what is closed, changes nothing. */
  async #tolerant(work: () => Promise<unknown>): Promise<void> {
    await work().catch(() => undefined);
  }

  async #order(): Promise<void> {
    const amountFen = this.#one([1, 99, 5_000, 12_345]);
    const seconds = this.#one([120, 900]);
    this.#owing.push(
      await owing(service, { for: this.#one(this.#events), amountFen, seconds, payer: payer.call }),
    );
  }

  async #pay(): Promise<void> {
    const [first, ...more] = this.#owing;
    if (!first) return;
    const paying = this.#one([first, ...more]);
    const how = this.#one([{}, {}, {}, { notify: "never" }, { times: 2 }, { amountFen: 777 }] as const);
    await this.#tolerant(() => pay(paying, how));
  }

  async #giveBack(): Promise<void> {
    const [first, ...more] = this.#owing;
    if (!first) return;
    const payment = (await findPayment(this.#one([first, ...more]).paymentId)) as Payment;
    await this.#tolerant(async () => {
      const amountFen = this.#one([1, Math.ceil(payment.amountFen / 2), payment.amountFen]);
      const { refund, parts } = await planPaymentRefund(payment, { amountFen, now: service.clock.now() });
      const of = payment.for as PaidFor & { purpose: "fees" };
      await post(
        ledger,
        feeRefundDraft({ refundId: refund.refundId, for: of, amountFen, chargeFen: 0 }),
        parts,
      );
    });
  }

  async #decide(): Promise<void> {
    const { items } = await good(finance(service)(paymentRoutes.listPaymentCases, { query: { limit: 100 } }));
    for (const { caseId, decisions } of items)
      if (decisions.includes("refund")) await this.#tolerant(() => decided(service, caseId, "refund"));
  }

  async step(): Promise<void> {
    const acts: [() => Promise<unknown>, ...(() => Promise<unknown>)[]] = [
      () => this.#order(),
      () => this.#order(),
      () => this.#pay(),
      () => this.#pay(),
      () => this.#giveBack(),
      () => this.#decide(),
      () => this.#tolerant(() => heard(service)),
      () => control(service, "notifications/replay", {}),
      () => control(service, "faults", { next: [this.#one(faults)] }),
      () => sweep(service, this.#one([5, 61, 400, 7_200])),
      async () => {
        const yesterday = businessDate(new Date(service.clock.now().getTime() - 86_400_000));
        await control(service, "settle", { date: yesterday });
        await runJob("importBills");
      },
    ];
    await this.#one(acts)();
  }

  /** Everything comes to its end: the provider answers again, and some days go by. */
  async rest(): Promise<void> {
    await control(service, "faults", { next: [], clear: true });
    for (let day = 0; day < 4; day += 1) {
      await control(service, "notifications/flush", {});
      await this.#tolerant(() => heard(service));
      for (const seconds of [60, 400, 4_000]) expect(await sweep(service, seconds)).toBe(true);
      await this.#decide();
      const date = businessDate(service.clock.now());
      service.clock.advance(86_400);
      await control(service, "settle", { date });
      await runJob("importBills");
    }
    service.clock.advance(86_400);
    expect(await runJob("importBills")).toBe(true);
  }
}

const sum = (of: readonly { amountFen: number }[]): number => of.reduce((fen, one) => fen + one.amountFen, 0);

it.each(Array.from({ length: HISTORIES }, (_, at) => at + 1))(
  "whatever is paid, lost, doubled and given back, the books are the provider's and the bank's in the end: history %i",
  async (seed) => {
    const history = new History(seed);
    for (let step = 0; step < STEPS; step += 1) await history.step();
    await history.rest();
    const standing = await balances(service);
    const under = (prefix: string) =>
      Object.entries(standing).flatMap(([account, fen]) => (account.startsWith(prefix) ? [fen] : []));
    // What is still owed waits for its payer's account: the provider had paid out what it held.
    const byBank = (await listBankRefunds(service.clock.now(), 500)).map(({ amountFen }) => ({ amountFen }));
    expect(under("refund-due:").reduce((fen, one) => fen + one, 0)).toBe(sum(byBank));
    // Nothing is with the provider or on its way any more.
    for (const prefix of ["psp:", "transit:", "suspense:"])
      expect([prefix, under(prefix)]).toEqual([prefix, []]);
    const { movements, refunds } = await providersBooks(service);
    const of = (type: string) => sum(movements.filter((one) => one.type === type));
    const entries = await journal(service);
    const posted = (kind: string) =>
      entries
        .filter((entry) => entry.kind === kind)
        .map(({ legs }) => ({ amountFen: legs[0]?.amountFen ?? 0 }));
    const came = ["payment.received", "payment.late", "payment.double", "payment.wrong-amount"].flatMap(
      posted,
    );
    expect(sum(came)).toBe(of("交易"));
    const back = refunds.filter(({ state }) => state === "SUCCESS");
    expect(sum(posted("refund.paid"))).toBe(sum(back));
    expect(posted("refund.paid")).toHaveLength(back.length);
    expect(standing["fees-bank"] ?? 0).toBe(of("提现"));
    const { items } = await good(
      finance(service)(paymentRoutes.listProviderDays, { query: { provider: "sandbox", limit: 100 } }),
    );
    expect(items.flatMap(({ breaks }) => breaks)).toEqual([]);
  },
);
