import { actorOf } from "#shared/audit/actor.ts";
import { auditEntry, auditPart } from "#shared/audit/log.ts";
import { organisationOf } from "#shared/platform/caller.ts";
import { Contended } from "#shared/platform/database.ts";
import type { Call } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { attachUpload, uploadedFile } from "#shared/uploads/attaching.ts";
import { organisersEvent } from "../store.ts";
import type { programmeRoutes } from "./contract.ts";
import type { Holding } from "./model.ts";
import { confirmedHolding, reportedHolding } from "./rules.ts";
import { findHolding, planHolding } from "./store.ts";

/** The report of the organisation's own event. Refuses `not-found`. */
export async function ownHolding(eventId: string, organiserId: string): Promise<Holding> {
  await organisersEvent(eventId, organiserId);
  const holding = await findHolding(eventId);
  if (!holding) throw new Refusal(problems.notFound);
  return holding;
}

/** A report with its evidence in the same write; files that an earlier report named may be named again. */
export async function planReport({
  caller,
  path: { eventId },
  body,
  now,
}: Call<typeof programmeRoutes.reportHolding>) {
  const event = await organisersEvent(eventId, organisationOf(caller));
  const before = await findHolding(eventId);
  const by = await actorOf(caller);
  const after = reportedHolding(event, before, body, { reportedBy: by, now });
  const fresh = body.uploadIds.filter((uploadId) => !before?.uploadIds.includes(uploadId));
  const asked = { purpose: "holding-evidence", by, now } as const;
  const files = await Promise.all(fresh.map((uploadId) => uploadedFile(uploadId, asked)));
  const told = planHolding(before, after, () => new Contended("the holding is being reported"));
  return { parts: [told, ...files.map((file) => attachUpload(file, eventId, now))], effect: after };
}

/** The bureau's confirmation of the very report that it read, with its line in the audit log. */
export async function planConfirmation({
  caller,
  path: { eventId },
  version,
  now,
}: Call<typeof programmeRoutes.confirmHolding>) {
  const before = await findHolding(eventId);
  if (!before) throw new Refusal(problems.notFound);
  const actor = await actorOf(caller);
  const after = confirmedHolding(before, { confirmedBy: actor, now });
  if (before.version !== version) throw new Refusal(problems.versionMismatch);
  const { level, heldOn, participants } = before;
  const facts = { level, heldOn, participants, version };
  const entry = auditEntry(caller, { actor, action: "holding.confirm", subject: eventId, facts }, now);
  const confirmed = planHolding(before, after, () => new Refusal(problems.versionMismatch));
  return { parts: [confirmed, auditPart(entry)], effect: after };
}
