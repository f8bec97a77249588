import { approvalProblems } from "#shared/approvals/problems.ts";
import { proposalOf, propose } from "#shared/approvals/propose.ts";
import { actorOf } from "#shared/audit/actor.ts";
import { auditEntry, auditPart, noteSeen } from "#shared/audit/log.ts";
import { inboxesOf } from "#shared/people/acting.ts";
import { openPerson } from "#shared/people/profiles.ts";
import { type Ban, type BannedDocument, banInForce } from "#shared/people/standing/model.ts";
import {
  banPseudonym,
  findBan,
  findBanned,
  planBan,
  planBanned,
  planPersonsBan,
} from "#shared/people/standing/store.ts";
import { findPerson, type Person } from "#shared/people/store.ts";
import type { Caller } from "#shared/platform/caller.ts";
import { Contended, type Part } from "#shared/platform/database.ts";
import { newId } from "#shared/platform/ids.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { type BanCause, fairness } from "#shared/policies/definitions/fairness.ts";
import { hold, policy } from "#shared/policies/reading.ts";
import { attachUpload, uploadedFile } from "#shared/uploads/attaching.ts";
import { findEvents, findRegistration, listRegistrationsOf } from "../store.ts";
import { banAct } from "./act.ts";
import { bannedNotices } from "./notices.ts";
import { standingProblems } from "./problems.ts";
import { bannedUntil } from "./rules.ts";

interface Asked {
  registrationId: string;
  cause: BanCause;
  term: { years: number } | { life: true };
  reason: string;
  uploadId?: string | undefined;
}

/** What a ban was when it was asked for, and how many places the person has that it does not take. */
export interface Banned {
  banId: string;
  liveRegistrations: number;
  approvalId?: string;
}

/** Who was named, and the ban list's pseudonym of their document: that somebody opened it is in the audit log before. */
async function namedPerson(
  { registrationId, cause }: Asked,
  caller: Caller,
  now: Date,
): Promise<{ person: Person; document: string; event: string }> {
  const found = await findRegistration(registrationId);
  if (!found) throw new Refusal(problems.notFound);
  const person = await findPerson(found.registration.claim.participantId, true);
  if (!person) throw new Refusal(standingProblems.personErased);
  await noteSeen(caller, { action: "openDocumentForBan", subject: registrationId, facts: { cause } }, now);
  const { fields } = await openPerson(person);
  const document = await banPseudonym({ idType: person.idType, idNumber: fields.idNumber });
  return { person, document, event: found.event.name };
}

/** Registrations of events that have not ended, whatever their state short of over. */
async function liveRegistrations(personId: string, now: Date): Promise<number> {
  const held = (await listRegistrationsOf(personId)).filter(({ holder }) => holder.state !== "released");
  const live = await Promise.all(
    Array.from({ length: Math.ceil(held.length / 100) }, (_, page) =>
      findEvents(held.slice(page * 100, page * 100 + 100).map(({ claim }) => claim.eventId)),
    ),
  );
  return live.flat().filter((event) => event && event.endsAt > now.toISOString()).length;
}

/**
 * Puts somebody on the ban list: at once, or, where the rules ask for a second person, when that one has agreed. No
 * registration ends by it. Refuses `not-found`, `person-erased`, `refused-by-policy`.
 */
export async function planNewBan(
  asked: Asked,
  caller: Caller,
  now: Date,
): Promise<{ parts: Part[]; effect: Banned }> {
  const rules = await policy(fairness.bans);
  const terms = rules.value.terms[asked.cause];
  const years = "life" in asked.term ? "life" : asked.term.years;
  const allowed = years === "life" ? terms.life : years >= terms.minYears && years <= terms.maxYears;
  hold(fairness.bans, rules, allowed);
  const { person, document, event } = await namedPerson(asked, caller, now);
  const by = await actorOf(caller);
  const { registrationId, cause, reason, uploadId } = asked;
  const file =
    uploadId === undefined ? undefined : await uploadedFile(uploadId, { purpose: "evidence", by, now });
  const alone = years !== "life" && years <= rules.value.aloneUpToYears;
  const { personId } = person;
  const draft: Ban = {
    banId: newId("ban"),
    status: alone ? "in-force" : "pending-approval",
    cause,
    from: now.toISOString(),
    until: bannedUntil(now, years),
    registrationId,
    event,
    personId,
    document,
    reason,
    by,
    tells: await inboxesOf(person),
    ...(uploadId !== undefined && { uploadId }),
  };
  const { banId, until } = draft;
  const approval = alone
    ? undefined
    : await proposalOf({ act: banAct.name, subject: banId, reason, payload: { banId } }, caller, now);
  const ban = approval ? { ...draft, approvalId: approval.approvalId } : draft;
  const listed = await findBanned(document);
  const bans: BannedDocument["bans"] = {
    ...listed?.bans,
    [banId]: { cause, until, ...(!alone && { pending: true as const }) },
  };
  const imposed = { actor: by, action: "registration.ban", subject: banId };
  const facts = { registrationId, cause, until, reason };
  return {
    parts: [
      planBanned(listed, { document, personId, bans }),
      planBan(undefined, ban),
      ...(file ? [attachUpload(file, banId, now)] : []),
      ...(approval
        ? propose(approval, caller, now)
        : [
            planPersonsBan(personId, banInForce(bans, now)),
            auditPart(auditEntry(caller, { ...imposed, facts }, now)),
            ...bannedNotices(ban),
          ]),
    ],
    effect: {
      banId,
      liveRegistrations: await liveRegistrations(personId, now),
      ...(approval && { approvalId: approval.approvalId }),
    },
  };
}

/** Lifts a ban that holds; never by who imposed it. Refuses `not-found`, `ban-state`, `four-eyes`. */
export async function planLift(
  { banId, reason }: { banId: string; reason: string },
  caller: Caller,
  now: Date,
): Promise<{ parts: Part[]; effect: { banId: string } }> {
  const ban = await findBan(banId);
  if (!ban) throw new Refusal(problems.notFound);
  const over = ban.until <= now.toISOString();
  if (ban.status !== "in-force" || over || ban.document === undefined)
    throw new Refusal(standingProblems.banState, { facts: { banStatus: over ? "ended" : ban.status } });
  const by = await actorOf(caller);
  if (ban.by === by) throw new Refusal(approvalProblems.fourEyes);
  const { document, ...kept } = ban;
  const listed = await findBanned(document);
  if (!listed) throw new Contended("the ban ended meanwhile");
  const { [banId]: _lifted, ...bans } = listed.bans;
  const entry = { actor: by, action: "registration.ban.lifted", subject: banId, facts: { reason } };
  return {
    parts: [
      planBanned(listed, { document, personId: listed.personId, bans }),
      planBan(ban, { ...kept, status: "lifted", lifted: { at: now.toISOString(), by, reason } }),
      ...((await findPerson(listed.personId, true))
        ? [planPersonsBan(listed.personId, banInForce(bans, now))]
        : []),
      auditPart(auditEntry(caller, entry, now)),
    ],
    effect: { banId },
  };
}
