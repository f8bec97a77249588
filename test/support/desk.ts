import type { Client } from "#shared/client.ts";
import type { IdType } from "#shared/people/identityDocument.ts";
import { consentTexts } from "#shared/people/policy.ts";
import { deskRoutes } from "#shared/registration/desk/contract.ts";
import { organiser, publishedEvent, somebody, type TestService } from "./service.ts";

type Person = ReturnType<typeof somebody>;

/** A document as it lies on the desk, of somebody without a telephone. */
export const withoutPhone = (of: Parameters<typeof somebody>[0] = {}): Omit<Person, "phone"> => {
  const { phone: _none, ...person } = somebody(of);
  return person;
};

/** The guardian on a form, who consents separately where it is said. */
export const guardianOnForm = (consents: boolean, of: { phone?: string } = {}) => ({
  name: "沈监护",
  phone: "13900007777",
  signed: true as const,
  ...(consents && {
    guardianConsent: { version: consentTexts["guardian-of-minor"].version, given: true as const },
  }),
  ...of,
});

export interface DeskEvent {
  path: { eventId: string };
  groupIds: string[];
}

/** Staff of the organiser of the tests' events. */
export const clerk = (service: TestService, sub = "clerk-1", org = "org-association") =>
  service.as(sub, ["organiser"], org);

/** Signs somebody up for an event's first group, on paper unless other is said. */
export const signUpAtDesk = (
  call: Client,
  { path, groupIds }: DeskEvent,
  person: object,
  { idempotencyKey, ...more }: { idempotencyKey?: string; [field: string]: unknown } = {},
) =>
  call(deskRoutes.signUpOnBehalf, {
    path,
    body: {
      groupId: groupIds[0] ?? "",
      person: person as Person,
      consents: [],
      evidence: { kind: "paper-form" },
      ...more,
    },
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });

/** An event whose places are for those on its list, in two groups. */
export const qualifyingEvent = (service: TestService, of: Record<string, unknown> = {}) =>
  publishedEvent(service, {
    allocation: "qualifying",
    groups: [
      { name: "全程组", capacity: 10 },
      { name: "半程组", capacity: 10 },
    ],
    ...of,
  });

/** A row of a list. */
export const rowOf = (document: { idType: IdType; idNumber: string } | undefined, groupId?: string) => ({
  idType: document?.idType ?? "resident-id",
  idNumber: document?.idNumber ?? "",
  ...(groupId !== undefined && { groupId }),
  basis: "earlier-result" as const,
});

/** Puts documents on an event's list. */
export const list = (
  service: TestService,
  { path }: Pick<DeskEvent, "path">,
  entries: object[],
  idempotencyKey?: string,
) =>
  organiser(service)(deskRoutes.addQualifiers, {
    path,
    body: { entries: entries as ReturnType<typeof rowOf>[] },
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });
