import { auditEntry, auditPart } from "#shared/audit/log.ts";
import { hurry } from "#shared/notices/hurry.ts";
import { planForm } from "#shared/people/desk/papers.ts";
import type { AtDesk } from "#shared/people/desk/person.ts";
import { peopleProblems } from "#shared/people/problems.ts";
import { readProfile } from "#shared/people/profile.ts";
import { organisationOf } from "#shared/platform/caller.ts";
import type { Part } from "#shared/platform/database.ts";
import type { Call } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { recall, remember } from "#shared/platform/remember.ts";
import { businessDate } from "#shared/platform/time.ts";
import { attachUpload, uploadedFile } from "#shared/uploads/attaching.ts";
import type { RegistrationView } from "../model.ts";
import { byDeskNotice } from "../notices.ts";
import { admitSignUp } from "../rules.ts";
import { readSeats, refuseHeld, registrationIdOf, serveAtOnce } from "../signUp.ts";
import { organisersEvent } from "../store.ts";
import type { deskRoutes } from "./contract.ts";
import { qualified } from "./qualifying.ts";
import { type OnBehalfInput, publishedOf, type SignedForMinor, signedFor } from "./rules.ts";
import { identified, type Staff, staffOf } from "./staff.ts";
import { planSignedUp } from "./store.ts";

/** The file that staff name as evidence, and what the form says, as parts of the sign-up. */
async function planEvidence(
  { note, uploadId }: OnBehalfInput["evidence"],
  minor: SignedForMinor | undefined,
  { person: { personId }, key }: AtDesk,
  { actor, now }: Staff,
  of: { auditId: string; registrationId: string },
): Promise<Part[]> {
  const { guardian, ...consent } = minor ?? {};
  const form = {
    paperId: of.auditId,
    personId,
    registrationId: of.registrationId,
    at: now.toISOString(),
    recordedBy: actor,
    ...consent,
  };
  const written = { ...(guardian && { guardian }), ...(note !== undefined && { note }) };
  const papers = await planForm(form, written, key);
  if (uploadId === undefined) return papers;
  const file = await uploadedFile(uploadId, { purpose: "registration-document", by: actor, now });
  return [...papers, attachUpload(file, of.registrationId, now)];
}

/**
 * One attempt to sign somebody up for the organiser's event, served at once also in a rush, with a person made where
 * the document is new; `again` when the event or the person was changed meanwhile.
 */
export async function attemptOnBehalf({
  caller,
  path,
  body,
  key,
  now,
}: Call<typeof deskRoutes.signUpOnBehalf>): Promise<RegistrationView | "again"> {
  const event = publishedOf(await organisersEvent(path.eventId, organisationOf(caller)));
  const before = await recall<RegistrationView>(key);
  if (before) return before;
  const staff = await staffOf(caller, now);
  const written = readProfile(body.person, businessDate(now));
  const minor = signedFor(written, body, now);
  const phone = written.phone ?? minor?.guardian.phone;
  const found = await identified({ ...written, ...(phone && { phone }) }, event.eventId, staff);
  if (found === "gone") return "again";

  const { person, tell } = found;
  const seats = await readSeats(event, [person.personId], body.groupId);
  const { attempts } = refuseHeld(event, seats);
  // Of a minor the guardian signed the form; anybody else signed their own.
  const participant = { ...person, as: minor ? ("guardian" as const) : ("self" as const) };
  const admitted = admitSignUp(event, [participant], body, {
    signedUpBy: tell,
    attempts,
    now,
    byStaff: true,
  });
  const application = await qualified(event, [person], {
    ...admitted,
    onBehalf: { kind: body.evidence.kind, recordedBy: staff.actor },
  });

  const registrationId = registrationIdOf(event, seats.holders[0] ?? "");
  const of = { actor: staff.actor, action: "signUpOnBehalf", subject: registrationId };
  const entry = auditEntry(caller, of, now);
  const evidence = await planEvidence(body.evidence, minor, found, staff, { ...entry, registrationId });
  const noticeId = `desk:${entry.auditId}`;
  const also = (view: RegistrationView): Part[] => {
    const { kind, uploadId } = body.evidence;
    const { eventId, status } = view;
    const facts = { eventId, status, evidence: kind, ...(uploadId !== undefined && { uploadId }) };
    return [
      ...found.parts,
      ...evidence,
      planSignedUp(staff.actor, staff.day, staff.atMost),
      auditPart({ ...entry, facts: { ...facts, known: found.known } }),
      ...byDeskNotice(event, view, { to: tell, noticeId }),
      remember(key, view),
    ];
  };
  const served = await serveAtOnce(event, application, seats, { also }).catch(async (error: unknown) => {
    // The same request may have been served beside this one.
    const meanwhile = await recall<RegistrationView>(key);
    if (meanwhile) return meanwhile;
    if (changedMeanwhile(error)) return "again" as const;
    throw error;
  });
  if (served === "rules-changed" || served === "again") return "again";
  await hurry([{ personId: tell, noticeId }]);
  return served;
}

/** Another desk made the same person, or somebody changed theirs. */
const changedMeanwhile = (error: unknown): boolean =>
  error instanceof Refusal &&
  (error.problem === peopleProblems.identityInUse || error.problem === problems.versionMismatch);
