import type { Part } from "#shared/platform/database.ts";
import { openText, sealText } from "../personalData.ts";
import { listPapers, type Paper, planPaper } from "./store.ts";

/** What of a form is personal. */
export interface OnPaper {
  /** Who signed for a minor. */
  guardian?: { name: string; phone: string };
  /** What staff wrote down; it may name anybody. */
  note?: string;
}

/** The part that keeps a form with its person, encrypted; none where the form says nothing personal. */
export async function planForm(
  of: Omit<Paper, "sealed">,
  { guardian, note }: OnPaper,
  key: Uint8Array,
): Promise<Part[]> {
  if (!guardian && note === undefined) return [];
  const text = JSON.stringify({ guardian, note });
  return [planPaper({ ...of, sealed: await sealText(key, of.personId, text) })];
}

/** The forms about a person, for the person. */
export async function readForms(personId: string, key: Uint8Array) {
  const papers = await listPapers(personId);
  return Promise.all(
    papers.map(async ({ registrationId, at, guardianConsentVersion, sealed }) => ({
      registrationId,
      at,
      ...(guardianConsentVersion !== undefined && { guardianConsentVersion }),
      ...(JSON.parse(await openText(key, personId, sealed)) as OnPaper),
    })),
  );
}
