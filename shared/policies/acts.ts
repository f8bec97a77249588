import type { Act } from "#shared/approvals/act.ts";
import { approvalProblems } from "#shared/approvals/problems.ts";
import type { Approval } from "#shared/approvals/store.ts";
import { clock } from "#shared/platform/clock.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { businessDate } from "#shared/platform/time.ts";
import { inForce, type PolicyVersion } from "./model.ts";
import { policyProblems } from "./problems.ts";
import { definitionOf, forgetDecided, versionsOf } from "./reading.ts";
import { listDecided, planVersion } from "./store.ts";

type Asked = Omit<PolicyVersion, "version">;

/** A value as the policy's schema reads it. Refuses `policy-value-invalid` with what is wrong where. */
export function checkValue(policyId: string, value: unknown): unknown {
  const parsed = definitionOf(policyId).schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Refusal(policyProblems.policyValueInvalid, {
    errors: parsed.error.issues.map(({ path, message }) => ({
      pointer: `/value${path.map((step) => `/${String(step)}`).join("")}`,
      message: { zh: message, en: message },
    })),
  });
}

const askedOf = ({ payload }: Pick<Approval, "payload">): Asked => payload as unknown as Asked;

/** What is in force where the version shall hold, on the day it begins, and what would be. */
export async function previewPolicy(approval: Pick<Approval, "payload">) {
  const asked = askedOf(approval);
  const definition = definitionOf(asked.policyId);
  checkValue(asked.policyId, asked.value);
  if (asked.validFrom < businessDate(clock.now())) throw new Refusal(policyProblems.policyBackdated);
  const versions = versionsOf(definition, await listDecided(asked.policyId));
  const standing = inForce(versions, asked.jurisdiction, asked.validFrom);
  const numbers = versions
    .filter(
      ({ jurisdiction, validFrom }) => jurisdiction === asked.jurisdiction && validFrom === asked.validFrom,
    )
    .map(({ version }) => version);
  const version = Math.max(0, ...numbers) + 1;
  return { before: standing ? { ...standing } : {}, after: { ...asked, version } };
}

/** A rule gets a new version; nothing that was decided under the old one changes. */
export const policyChange: Act = {
  name: "policy.change",
  title: { zh: "修改规定", en: "Change a rule" },
  preview: previewPolicy,
  async carryOut(approval, decision) {
    const { after } = await previewPolicy(approval);
    const { approvalId, decidedAt = "" } = approval;
    const meanwhile = () => new Refusal(approvalProblems.requestChanged);
    await dynamo.commit([...decision, planVersion({ ...after, approvalId, decidedAt }, meanwhile)]);
    forgetDecided();
  },
};
