import { clock } from "#shared/platform/clock.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import type { Payment } from "./model.ts";
import { paymentProblems } from "./problems.ts";
import { providerAddress } from "./providers.ts";

/** How the sandbox's payer pays; exactly what is asked where nothing else is said. */
interface SandboxPaying {
  amountFen?: number | undefined;
  times?: number | undefined;
  notify?: "now" | "never" | undefined;
}

/** Has the sandbox's payer pay. Refuses `not-found` where payments go through a real provider. */
export async function pay({ paymentId, provider, status }: Payment, of: SandboxPaying): Promise<void> {
  if (provider !== "sandbox") throw new Refusal(problems.notFound);
  if (status !== "pending") throw new Refusal(paymentProblems.notOpen);
  const answer = await fetch(`${await providerAddress(provider)}/sandbox/pay`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-sandbox-now": clock.now().toISOString() },
    body: JSON.stringify({ outTradeNo: paymentId, ...of }),
  });
  if (!answer.ok) throw new Refusal(paymentProblems.notOpen);
}
