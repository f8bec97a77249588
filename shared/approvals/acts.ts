import { resumption, reversal } from "#shared/accounting/acts.ts";
import { freezeReview } from "#shared/merchants/acts.ts";
import { paymentCaseDecision } from "#shared/payments/cases.ts";
import { policyChange } from "#shared/policies/acts.ts";
import { banAct } from "#shared/registration/standing/act.ts";
import type { Act } from "./act.ts";

/** Everything that a second person decides on. */
const acts: readonly Act[] = [reversal, resumption, policyChange, paymentCaseDecision, freezeReview, banAct];

export function actNamed(name: string): Act {
  const act = acts.find((one) => one.name === name);
  if (!act) throw new Error(`no act is called ${name}`);
  return act;
}
