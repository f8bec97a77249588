import { type FieldError, Refusal } from "#shared/platform/problem.ts";
import type { RegistrationClaim, SportEvent } from "../model.ts";
import { approvalProblems } from "./problems.ts";

/** Why an application was not accepted, in words of the organiser's choice: no word of a person is stored with it. */
export const rejections = [
  "documents-unreadable",
  "documents-missing",
  "documents-expired",
  "not-qualified",
  "not-eligible",
  "too-many-applicants",
] as const;
export type Rejection = (typeof rejections)[number];

type Given = readonly { documentId: string; uploadId: string }[];

/**
 * Holds what was given against what the event asks for. Refuses `documents-wrong` for one that is required and not
 * there, that the event does not ask for, or that is given twice.
 */
export function refuseWrongDocuments(event: Pick<SportEvent, "documents">, given: Given): void {
  const asked = event.documents ?? [];
  const errors: FieldError[] = [];
  const refuse = (at: string, zh: string, en: string) =>
    errors.push({ pointer: `/documents${at}`, message: { zh, en } });
  for (const { documentId, title, required } of asked)
    if (required && !given.some((one) => one.documentId === documentId))
      refuse("", `缺少：${title}（${documentId}）`, `missing: ${documentId}`);
  for (const [at, { documentId }] of given.entries()) {
    if (!asked.some((one) => one.documentId === documentId))
      refuse(`/${at}`, `本赛事不需要 ${documentId}`, `the event does not ask for ${documentId}`);
    if (given.findIndex((one) => one.documentId === documentId) < at)
      refuse(`/${at}`, `${documentId} 重复`, `${documentId} is given twice`);
  }
  if (errors.length > 0) throw new Refusal(approvalProblems.documentsWrong, { errors });
}

/** What a decision leaves of an application. */
export const decided = (
  claim: RegistrationClaim,
  status: "confirmed" | "rejected",
  now: Date,
  rejection?: Rejection,
): RegistrationClaim => ({
  ...claim,
  status,
  decidedAt: now.toISOString(),
  ...(rejection !== undefined && { rejection }),
});

/** What contradicts itself in what an event asks for. */
export function documentContradictions({
  documents = [],
  allocation,
}: Pick<SportEvent, "documents" | "allocation">): FieldError[] {
  const ids = documents.map(({ documentId }) => documentId);
  const errors: FieldError[] = [];
  if (documents.length > 0 && allocation !== "approval")
    errors.push({
      pointer: "/documents",
      message: { zh: "只有审核制的赛事才收材料", en: "only an event with approval asks for documents" },
    });
  if (new Set(ids).size < ids.length)
    errors.push({ pointer: "/documents", message: { zh: "材料编号不能重复", en: "ids must differ" } });
  return errors;
}
