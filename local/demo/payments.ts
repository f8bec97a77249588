import type * as z from "zod";
import { paymentRoutes } from "#shared/payments/contract.ts";
import type { LocalService } from "../service.ts";
import type { accountsOf } from "./callers.ts";

type Paying = z.input<typeof paymentRoutes.payInSandbox.request.body>;

interface DemoPayment {
  /** The account that owes it. */
  sub: string;
  amountFen: number;
  for: object;
  /** How it is paid; not at all where it is left out. */
  paid?: Paying;
}

const fees = (registrationId: string) => ({
  purpose: "fees",
  eventId: "evt_demo-run",
  organiserId: "org_demo-running",
  registrationId,
});

/** What finance finds at the counter: money that came as it should, and money that did not. */
const payments: readonly DemoPayment[] = [
  { sub: "demo-grandmother", amountFen: 3_000, for: fees("reg_demo-1"), paid: {} },
  { sub: "demo-parent", amountFen: 8_800, for: fees("reg_demo-2"), paid: { times: 2 } },
  { sub: "demo-parent", amountFen: 8_800, for: fees("reg_demo-3"), paid: { amountFen: 8_808 } },
  { sub: "demo-parent", amountFen: 8_800, for: fees("reg_demo-4") },
  {
    sub: "demo-grandmother",
    amountFen: 100_000,
    for: { purpose: "cards", merchantId: "mer_demo-gym", cardId: "crd_demo-4" },
    paid: {},
  },
];

const local = async (service: LocalService, method: string, target: string, body?: object) => {
  const headers = { "content-type": "application/json" };
  const bytes = Buffer.from(body ? JSON.stringify(body) : "");
  const answer = await service.dispatch({ method, target, headers, body: bytes });
  if (answer.status !== 200) throw new Error(`${target} -> ${answer.status} ${answer.body}`);
  return answer.body;
};

/** Starts those whom money comes through, while other data is loaded. */
export const openSandbox = (service: LocalService): Promise<string> =>
  local(service, "GET", "/local/provider/sandbox/books");

/** Orders to pay, and the payers pay. Answers how many there are. */
export async function payDemonstration(
  service: LocalService,
  accountOf: ReturnType<typeof accountsOf>,
): Promise<number> {
  for (const { paid, ...owed } of payments) {
    const made = JSON.parse(await local(service, "POST", "/local/payments", owed)) as { paymentId: string };
    const path = { paymentId: made.paymentId };
    if (paid) await accountOf(owed.sub, "citizen")(paymentRoutes.payInSandbox, { path, body: paid });
  }
  return payments.length;
}
