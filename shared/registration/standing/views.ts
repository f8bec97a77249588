import type * as z from "zod";
import { findApproval } from "#shared/approvals/store.ts";
import { type Ban, FOR_LIFE } from "#shared/people/standing/model.ts";
import { findPersons, type Person } from "#shared/people/store.ts";
import { findEvents } from "../store.ts";
import { wordsOf } from "./appeals.ts";
import { causes } from "./causes.ts";
import type { appeal, ban, penalty, standingRoutes } from "./contract.ts";
import type { Appeal, Penalty } from "./model.ts";
import { findPenalty } from "./store.ts";

type BanView = z.input<typeof ban>;
type PenaltyView = z.input<typeof penalty>;
type AppealView = z.input<typeof appeal>;
type BanOfMine = z.input<(typeof standingRoutes)["listMyPenalties"]["responses"][200]>["bans"][number];

const nameOf = (person: Person | undefined): string => person?.nameMasked ?? "*";

/** How a ban stands now: the clock ends it, and a second person's no is in what they decided. */
async function statusOf({ status, until, approvalId = "" }: Ban, now: Date): Promise<BanView["status"]> {
  if (status === "in-force" && until <= now.toISOString()) return "ended";
  if (status !== "pending-approval") return status;
  return (await findApproval(approvalId))?.status === "rejected" ? "rejected" : status;
}

/** Bans as the bureau sees them; of the persons no more than their masked names. */
export async function banViews(bans: readonly Ban[], now: Date): Promise<BanView[]> {
  const persons = await findPersons(bans.map(({ personId }) => personId));
  return Promise.all(
    bans.map(async (one, at) => {
      const { document: _, tells: __, until, cause, ...shown } = one;
      const { title, source } = causes[cause];
      return {
        ...shown,
        status: await statusOf(one, now),
        cause,
        causeTitle: title,
        source: { zh: source.zh, en: source.en },
        participantNameMasked: nameOf(persons[at]),
        ...(until !== FOR_LIFE && { until }),
      };
    }),
  );
}

/** Bans that hold, as the persons' own items carry them. */
export const bansOfMine = (persons: readonly Person[], now: Date): BanOfMine[] =>
  persons.flatMap(({ personId, ban: carried }) => {
    if (!carried || carried.until <= now.toISOString()) return [];
    const { banId, cause, until } = carried;
    const ends = until === FOR_LIFE ? {} : { until };
    return [{ banId, personId, cause, causeTitle: causes[cause].title, ...ends }];
  });

function penaltyStatus({ until, decided }: Penalty, now: Date): PenaltyView["status"] {
  if (decided?.outcome === "lifted") return "lifted";
  return until <= now.toISOString() ? "ended" : "running";
}

/** Penalties with the names of their events and persons. */
export async function penaltyViews(penalties: readonly Penalty[], now: Date): Promise<PenaltyView[]> {
  const eventIds = [...new Set(penalties.flatMap(({ noShows }) => noShows.map(({ eventId }) => eventId)))];
  const personIds = [...new Set(penalties.map(({ personId }) => personId))];
  const [events, persons] = await Promise.all([findEvents(eventIds), findPersons(personIds)]);
  const eventNames = new Map(eventIds.map((id, at) => [id, events[at]?.name ?? ""]));
  const personNames = new Map(personIds.map((id, at) => [id, nameOf(persons[at])]));
  return penalties.map((one) => {
    const { penaltyId, personId, from, until, appealUntil, appealId, decided } = one;
    return {
      penaltyId,
      personId,
      participantNameMasked: personNames.get(personId) ?? "*",
      from,
      until,
      status: penaltyStatus(one, now),
      noShows: one.noShows.map((noShow) => ({ ...noShow, event: eventNames.get(noShow.eventId) ?? "" })),
      appealUntil,
      ...(appealId !== undefined && {
        appeal: {
          appealId,
          status: decided ? ("decided" as const) : ("open" as const),
          ...(decided && { outcome: decided.outcome }),
        },
      }),
    };
  });
}

/** Appeals with what was said and what they are about, for the bureau. */
export async function appealViews(appeals: readonly Appeal[], now: Date): Promise<AppealView[]> {
  const found = await Promise.all(appeals.map(({ penaltyId }) => findPenalty(penaltyId)));
  const penalties = await penaltyViews(
    found.flatMap((one) => one ?? []),
    now,
  );
  const byId = new Map(penalties.map((one) => [one.penaltyId, one]));
  const views = await Promise.all(
    appeals.map(async (one): Promise<AppealView[]> => {
      const { appealId, status, at, uploadId, penaltyId, decided } = one;
      const about = byId.get(penaltyId);
      const words = await wordsOf(one);
      if (!about) return [];
      return [
        {
          appealId,
          status,
          at,
          penalty: about,
          ...(words !== undefined && { reason: words }),
          ...(uploadId !== undefined && { uploadId }),
          ...(decided && {
            decided: { outcome: decided.outcome, at: decided.at, reason: decided.reason },
          }),
        },
      ];
    }),
  );
  return views.flat();
}
