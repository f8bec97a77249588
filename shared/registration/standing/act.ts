import type { Act } from "#shared/approvals/act.ts";
import { approvalProblems } from "#shared/approvals/problems.ts";
import type { Approval } from "#shared/approvals/store.ts";
import { type Ban, type BannedDocument, banInForce } from "#shared/people/standing/model.ts";
import { findBan, findBanned, planBan, planBanned, planPersonsBan } from "#shared/people/standing/store.ts";
import { findPerson } from "#shared/people/store.ts";
import { clock } from "#shared/platform/clock.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { bannedNotices } from "./notices.ts";
import { standingProblems } from "./problems.ts";

/** The ban that a request is about, as it waits. Refuses `ban-state` when it does no longer. */
async function asked({
  payload,
}: Pick<Approval, "payload">): Promise<{ ban: Ban & { document: string }; listed: BannedDocument }> {
  const ban = await findBan(String(payload["banId"]));
  const { status = "none", document } = ban ?? {};
  const listed = document === undefined ? undefined : await findBanned(document);
  if (!ban || document === undefined || !listed || status !== "pending-approval")
    throw new Refusal(standingProblems.banState, { facts: { banStatus: status } });
  return { ban: { ...ban, document }, listed };
}

/** A ban for longer than one official may decide alone. It bans whoever has the document by then. */
export const banAct: Act = {
  name: "registration.ban",
  title: { zh: "列入禁赛名单", en: "Put somebody on the ban list" },
  async preview(approval) {
    const { cause, until, registrationId, uploadId } = (await asked(approval)).ban;
    const evidence = uploadId === undefined ? {} : { uploadId };
    return { before: { banned: false }, after: { banned: true, cause, until, registrationId, ...evidence } };
  },
  async carryOut(approval, decision) {
    const { ban, listed } = await asked(approval);
    const { banId, cause, until, document } = ban;
    const bans = { ...listed.bans, [banId]: { cause, until } };
    const { personId } = listed;
    const person = await findPerson(personId, true);
    // Of somebody who erased their data nobody is told; who comes back with the document finds it banned.
    const told = person && personId === ban.personId ? bannedNotices(ban) : [];
    await dynamo.commit([
      ...decision,
      {
        ...planBan(ban, { ...ban, status: "in-force" }),
        refused: () => new Refusal(approvalProblems.requestChanged),
      },
      planBanned(listed, { document, personId, bans }),
      ...(person ? [planPersonsBan(personId, banInForce(bans, clock.now()))] : []),
      ...told,
    ]);
  },
};
