import { approvalProblems } from "#shared/approvals/problems.ts";
import { actorOf } from "#shared/audit/actor.ts";
import { auditEntry, auditPart } from "#shared/audit/log.ts";
import { mayActFor } from "#shared/people/acting.ts";
import { openPersonKey, openText, sealText } from "#shared/people/personalData.ts";
import { planPersonsPause } from "#shared/people/standing/store.ts";
import { callersPersonId, findKey, findPerson } from "#shared/people/store.ts";
import type { Caller } from "#shared/platform/caller.ts";
import type { Part } from "#shared/platform/database.ts";
import { newId } from "#shared/platform/ids.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { fairness } from "#shared/policies/definitions/fairness.ts";
import { policy } from "#shared/policies/reading.ts";
import { attachUpload, uploadedFile } from "#shared/uploads/attaching.ts";
import { findEvents } from "../store.ts";
import type { Appeal, Penalty } from "./model.ts";
import { decidedNotices } from "./notices.ts";
import { standingProblems } from "./problems.ts";
import { afterLift, lapsesAt, pauseOf } from "./rules.ts";
import {
  findAppeal,
  findPenalty,
  findStanding,
  planAppeal,
  planAppealDecided,
  planAppealed,
  planPenaltyDecided,
  planStanding,
} from "./store.ts";

/** The person's own key; none of one who was erased. */
async function keyOf(personId: string): Promise<Uint8Array | undefined> {
  const stored = await findKey(personId);
  return stored && openPersonKey(personId, stored);
}

/** What was said in an appeal; nothing any more once its person was erased. */
export async function wordsOf({ personId, reason }: Appeal): Promise<string | undefined> {
  const key = await keyOf(personId);
  return key && openText(key, personId, reason);
}

/**
 * Somebody appeals against a penalty of their own, or of a person they act for. Refuses `not-found`, also for anybody
 * else's; `appealed-already`, `appeal-closed`, and what a file is refused for.
 */
export async function planNewAppeal(
  asked: { penaltyId: string; reason: string; uploadId?: string | undefined },
  caller: Caller,
  now: Date,
): Promise<{ parts: Part[]; effect: { appealId: string; penaltyId: string; at: string } }> {
  const callerId = await callersPersonId(caller.sub);
  const penalty = await findPenalty(asked.penaltyId);
  if (!penalty || !(await mayActFor(callerId, penalty.personId))) throw new Refusal(problems.notFound);
  const { penaltyId, personId, appealUntil } = penalty;
  if (penalty.appealId !== undefined) throw new Refusal(standingProblems.appealedAlready);
  const at = now.toISOString();
  if (at >= appealUntil) throw new Refusal(standingProblems.appealClosed, { facts: { appealUntil } });
  const key = await keyOf(personId);
  if (!key) throw new Refusal(problems.notFound);
  const by = await actorOf(caller);
  const appealId = newId("apl");
  const { uploadId } = asked;
  const file =
    uploadId === undefined ? undefined : await uploadedFile(uploadId, { purpose: "evidence", by, now });
  const appeal: Appeal = {
    appealId,
    status: "open",
    penaltyId,
    personId,
    at,
    by,
    reason: await sealText(key, personId, asked.reason),
    ...(uploadId !== undefined && { uploadId }),
  };
  return {
    parts: [
      planAppealed(penalty, appealId),
      planAppeal(appeal),
      ...(file ? [attachUpload(file, appealId, now)] : []),
    ],
    effect: { appealId, penaltyId, at },
  };
}

/** The penalty ends at once, and its no-shows do not count again. */
async function planPenaltyLifted({ penaltyId, personId }: Penalty): Promise<Part[]> {
  const [standing, person, { value }] = await Promise.all([
    findStanding(personId),
    findPerson(personId, true),
    policy(fairness.noShow),
  ]);
  // Nothing of it is in force any more when nothing of the person is kept.
  if (!standing) return [];
  const next = afterLift(standing, penaltyId);
  return [
    planStanding(standing, next, lapsesAt(next, value)),
    ...(person ? [planPersonsPause(personId, pauseOf(next))] : []),
  ];
}

/** An official decides on an appeal, once; on none of their own. Refuses `not-found`, `already-decided`, `four-eyes`. */
export async function planDecision(
  asked: { appealId: string; outcome: "upheld" | "lifted"; reason: string },
  caller: Caller,
  now: Date,
): Promise<{ parts: Part[]; effect: { appealId: string; penaltyId: string; outcome: "upheld" | "lifted" } }> {
  const { appealId, outcome, reason } = asked;
  const appeal = await findAppeal(appealId);
  const penalty = appeal && (await findPenalty(appeal.penaltyId));
  if (!appeal || !penalty) throw new Refusal(problems.notFound);
  if (appeal.status === "decided") throw new Refusal(approvalProblems.alreadyDecided);
  const by = await actorOf(caller);
  if (by === appeal.by) throw new Refusal(approvalProblems.fourEyes);
  const at = now.toISOString();
  const { penaltyId } = penalty;
  const found = await findEvents(penalty.noShows.map(({ eventId }) => eventId));
  const events = found.flatMap((event) => event?.name ?? []);
  const entry = { actor: by, action: `registration.appeal.${outcome}`, subject: appealId };
  return {
    parts: [
      ...planAppealDecided(
        { ...appeal, decided: { outcome, at, by, reason } },
        () => new Refusal(approvalProblems.alreadyDecided),
      ),
      planPenaltyDecided(penalty, { outcome, at }),
      ...(outcome === "lifted" ? await planPenaltyLifted(penalty) : []),
      auditPart(auditEntry(caller, { ...entry, facts: { penaltyId, reason } }, now)),
      ...decidedNotices(penalty, { appealId, outcome, events }),
    ],
    effect: { appealId, penaltyId, outcome },
  };
}
