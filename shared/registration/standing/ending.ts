import { findApproval } from "#shared/approvals/store.ts";
import { type Ban, banInForce } from "#shared/people/standing/model.ts";
import {
  findBanned,
  listBans,
  planBanGone,
  planBanned,
  planPersonsBan,
  planPersonsPause,
} from "#shared/people/standing/store.ts";
import { findPerson } from "#shared/people/store.ts";
import type { Item, Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import type { Penalty } from "./model.ts";
import { afterEnd, pauseOf } from "./rules.ts";
import {
  findStanding,
  listPenaltiesOver,
  listStandingsLapsed,
  planPenaltyOver,
  planStanding,
  planStandingGone,
} from "./store.ts";

const PAGE = 100;

/** A ban that is over leaves nothing: its document is kept for its term and no longer. */
async function planBanOver(ban: Ban, now: Date): Promise<Part[]> {
  const { banId, document } = ban;
  const listed = document === undefined ? undefined : await findBanned(document);
  if (document === undefined || !listed) return [planBanGone(ban)];
  const { [banId]: _over, ...bans } = listed.bans;
  const { personId } = listed;
  const carries = ban.status === "in-force" && (await findPerson(personId, true)) !== undefined;
  return [
    planBanGone(ban),
    planBanned(listed, { document, personId, bans }),
    ...(carries ? [planPersonsBan(personId, banInForce(bans, now))] : []),
  ];
}

/** Its term is over, or the second person said no. */
async function isOver({ status, until, approvalId = "" }: Ban, now: Date): Promise<boolean> {
  if (until <= now.toISOString()) return true;
  return status === "pending-approval" && (await findApproval(approvalId))?.status === "rejected";
}

async function planPenaltyEnd(penalty: Penalty): Promise<Part[]> {
  const { personId, penaltyId } = penalty;
  const [standing, person] = await Promise.all([findStanding(personId), findPerson(personId, true)]);
  if (standing?.penalties[penaltyId] === undefined) return [planPenaltyOver(penalty)];
  const next = afterEnd(standing, penaltyId);
  return [
    planPenaltyOver(penalty),
    planStanding(standing, next, standing.lapsesAt),
    ...(person ? [planPersonsPause(personId, pauseOf(next))] : []),
  ];
}

async function planLapse(personId: string, now: Date): Promise<Part[]> {
  const standing = await findStanding(personId);
  return standing && standing.lapsesAt <= now.toISOString() ? [planStandingGone(standing)] : [];
}

/**
 * Tidies away bans and penalties whose time is over, and what nothing depends on any more. Whether they hold is the
 * clock's to say: nothing is later for a run that is missed, and a second one finds nothing.
 */
export async function endOver(now: Date): Promise<{ ended: number; failures: unknown[] }> {
  const failures: unknown[] = [];
  let ended = 0;
  /** What fails holds nothing else up; answers whether it was done. */
  const end = async (plan: Promise<Part[]>): Promise<boolean> => {
    try {
      const parts = await plan;
      if (parts.length > 0) await dynamo.commit(parts);
      ended += Number(parts.length > 0);
      return parts.length > 0;
    } catch (error) {
      failures.push(error);
      return false;
    }
  };
  let after: Item | undefined;
  do {
    const { bans, next } = await listBans(PAGE, after);
    for (const ban of bans) if (await isOver(ban, now)) await end(planBanOver(ban, now));
    after = next;
  } while (after);
  const instant = now.toISOString();
  const sweep = async <T>(list: () => Promise<T[]>, plan: (one: T) => Promise<Part[]>) => {
    for (let full = true; full; ) {
      const listed = await list();
      let done = 0;
      for (const one of listed) done += Number(await end(plan(one)));
      full = listed.length === PAGE && done > 0;
    }
  };
  await sweep(() => listPenaltiesOver(instant, PAGE), planPenaltyEnd);
  await sweep(
    () => listStandingsLapsed(instant, PAGE),
    (personId) => planLapse(personId, now),
  );
  return { ended, failures };
}
