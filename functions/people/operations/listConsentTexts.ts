import { peopleRoutes } from "#shared/people/contract.ts";
import { type ConsentPurpose, consentTexts } from "#shared/people/policy.ts";
import { operation } from "#shared/platform/operation.ts";

/** The texts people consent to, in the version in force. */
export const listConsentTexts = operation(peopleRoutes.listConsentTexts)(async () => ({
  status: 200,
  body: {
    items: Object.entries(consentTexts).map(([purpose, text]) => ({
      purpose: purpose as ConsentPurpose,
      ...text,
    })),
  },
  headers: { "cache-control": "public, max-age=300" },
}));
