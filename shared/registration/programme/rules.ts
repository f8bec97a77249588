import { type FieldError, Refusal } from "#shared/platform/problem.ts";
import { businessDate } from "#shared/platform/time.ts";
import type { RegistrationClaim, SportEvent } from "../model.ts";
import { registrationProblems } from "../problems.ts";
import type {
  CheckInInput,
  ChecklistItem,
  Holding,
  HoldingInput,
  KeyGroups,
  RoundStanding,
  Series,
  SeriesChange,
  SeriesInput,
  Tick,
} from "./model.ts";
import { programmeProblems as p } from "./problems.ts";
import { keyGroupNames } from "./schemas.ts";

type Refuse = (pointer: string, zh: string, en: string) => void;

/** Refuses with all that `find` tells of. */
function refuseAny(problem: ConstructorParameters<typeof Refusal>[0], find: (refuse: Refuse) => void): void {
  const errors: FieldError[] = [];
  find((pointer, zh, en) => errors.push({ pointer, message: { zh, en } }));
  if (errors.length > 0) throw new Refusal(problem, { errors });
}

/** Tiers that come without an id get the next number that is free. */
function namedTiers(tiers: SeriesInput["tiers"]): Series["tiers"] {
  const taken = new Set(tiers.flatMap(({ tierId }) => tierId ?? []));
  let next = 0;
  const free = (): string => {
    do next += 1;
    while (taken.has(`t${next}`));
    return `t${next}`;
  };
  return tiers.map(({ tierId, name }) => ({ tierId: tierId ?? free(), name }));
}

function refuseContradictions(series: Series): Series {
  const { tiers, rule } = series;
  refuseAny(p.invalidSeries, (refuse) => {
    if (new Set(tiers.map(({ name }) => name)).size < tiers.length)
      refuse("/tiers", "级别名称不能重复", "names of tiers must differ");
    if (new Set(tiers.map(({ tierId }) => tierId)).size < tiers.length)
      refuse("/tiers", "级别编号不能重复", "ids of tiers must differ");
    const points = rule ? [...rule.points, rule.beyond] : [];
    if (points.some((of, at) => of > (points[at - 1] ?? of)))
      refuse("/rule/points", "名次靠后的积分不能更高", "must not rise with the rank");
    if (rule && new Set(rule.tieBreaks).size < rule.tieBreaks.length)
      refuse("/rule/tieBreaks", "同分规则不能重复", "must differ");
  });
  return series;
}

/** A new series. Refuses `invalid-series`. */
export const newSeries = (
  { tiers, ...input }: SeriesInput,
  of: { seriesId: string; organiserId: string },
): Series => refuseContradictions({ ...input, ...of, tiers: namedTiers(tiers), version: 1 });

/** The series after a change. Refuses `invalid-series`; a tier that is left out, since rounds may be of it. */
export function changedSeries(before: Series, { tiers, ...change }: SeriesChange): Series {
  const named = tiers ? namedTiers(tiers) : before.tiers;
  const stays = new Set(named.map(({ tierId }) => tierId));
  refuseAny(p.invalidSeries, (refuse) => {
    for (const { tierId, name } of before.tiers)
      if (!stays.has(tierId)) refuse("/tiers", `须保留级别${name}（${tierId}）`, `${tierId} must stay`);
  });
  return refuseContradictions({ ...before, ...change, tiers: named, version: before.version + 1 } as Series);
}

/**
 * What a new event has of its series; nothing where it is of none. With one entry for all rounds the first that is made takes the entries, and
 * no other begins before it. Refuses `invalid-event`.
 * @param entry the event that takes the entries, where there is one
 */
export function roundOf(
  series: Series | undefined,
  { tier, startsAt }: { tier?: string | undefined; startsAt: string },
  entry: Pick<SportEvent, "eventId" | "startsAt"> | undefined,
): RoundStanding {
  const tiers = series?.tiers ?? [];
  refuseAny(registrationProblems.invalidEvent, (refuse) => {
    if (tiers.length > 0 && !tiers.some(({ tierId }) => tierId === tier))
      refuse("/tier", "请选择系列赛的级别", "must be a tier of the series");
    if (tiers.length === 0 && tier !== undefined)
      refuse("/tier", "不属于分级别的系列赛", "there is no series with tiers");
    if (entry && startsAt < entry.startsAt)
      refuse("/startsAt", "不能早于接受报名的首站", "must not be before the round that takes the entries");
  });
  if (!series) return {};
  const { seriesId, entry: rule } = series;
  const standing = { seriesId, ...(tier !== undefined && { tier }) };
  if (rule === "each-round") return standing;
  return entry ? { ...standing, enterAt: entry.eventId } : { ...standing, entryFor: "series" };
}

type SigningUp = Pick<SportEvent, "groups" | "enterAt">;

/** Whether one signs up for the event itself. */
export const takesSignUps = ({ groups, enterAt }: SigningUp): boolean =>
  groups.length > 0 && enterAt === undefined;

/** Refuses `enter-elsewhere`, which names where, and `no-sign-up`. */
export function refuseWithoutSignUp({ groups, enterAt }: SigningUp): void {
  if (enterAt !== undefined) throw new Refusal(p.enterElsewhere, { facts: { eventId: enterAt } });
  if (groups.length === 0) throw new Refusal(p.noSignUp);
}

/** Refuses `checklist-open`, naming the items. */
export function refuseOpenChecklist(checklist: readonly ChecklistItem[]): void {
  refuseAny(p.checklistOpen, (refuse) => {
    for (const { itemId, title, required, done } of checklist)
      if (required && !done) refuse(`/checklist/${itemId}`, title, title);
  });
}

/**
 * A checklist after one of its items was done or, of a draft, opened again. What was noted with an item stays until it
 * is done anew. Refuses `event-not-draft`.
 */
export function tickedChecklist(
  { checklist, status }: Pick<SportEvent, "checklist" | "status">,
  itemId: string,
  { done, note, uploadId }: Tick,
  by: { doneBy: string; now: Date },
): ChecklistItem[] {
  if (!done && status !== "draft") throw new Refusal(registrationProblems.eventNotDraft);
  return checklist.map((item) => {
    if (item.itemId !== itemId) return item;
    const { doneAt: _at, doneBy: _by, note: noted, uploadId: file, ...kept } = item;
    const told = { note: note ?? noted, uploadId: uploadId ?? file };
    return {
      ...kept,
      done,
      ...(told.note !== undefined && { note: told.note }),
      ...(told.uploadId !== undefined && { uploadId: told.uploadId }),
      ...(done && { doneAt: by.now.toISOString(), doneBy: by.doneBy }),
    };
  });
}

/** A published event. Refuses `event-not-published`. */
function refuseDraft({ status }: Pick<SportEvent, "status">): void {
  if (status === "draft") throw new Refusal(p.eventNotPublished);
}

/** Refuses a check-in but on the days of a published event, by the calendar of Shanghai. */
export function refuseOutsideDays(
  event: Pick<SportEvent, "status" | "startsAt" | "endsAt">,
  now: Date,
): void {
  refuseDraft(event);
  const [from, to, today] = [event.startsAt, event.endsAt, now].map((at) => businessDate(at)) as [
    string,
    string,
    string,
  ];
  if (today < from || today > to) throw new Refusal(p.checkInNotOpen, { facts: { from, to } });
}

/** A registration whose holder came; one that came before stays as it is. Refuses `registration-not-confirmed`. */
export function attended(claim: RegistrationClaim, now: Date): RegistrationClaim {
  if (claim.status === "attended") return claim;
  if (claim.status !== "confirmed")
    throw new Refusal(p.registrationNotConfirmed, { facts: { status: claim.status } });
  return { ...claim, status: "attended", attendedAt: now.toISOString() };
}

function refuseMoreThan(total: number, keyGroups: KeyGroups, refuse: Refuse): void {
  for (const name of keyGroupNames)
    if ((keyGroups[name] ?? 0) > total)
      refuse(`/keyGroups/${name}`, "不能多于总人数", "must not exceed the number of people");
}

/** Refuses `not-drop-in` and `invalid-count`. */
export function refuseHeadCount(
  { dropIn }: Pick<SportEvent, "dropIn">,
  { count = 0, keyGroups = {} }: Pick<CheckInInput, "count" | "keyGroups">,
): void {
  if (!dropIn) throw new Refusal(p.notDropIn);
  refuseAny(p.invalidCount, (refuse) => refuseMoreThan(count, keyGroups, refuse));
}

/**
 * A report that a published event was held, after it is over; until it is confirmed it may be reported anew.
 * Refuses `event-not-published`, `event-not-over`, `invalid-holding`, `holding-confirmed`.
 */
export function reportedHolding(
  event: SportEvent,
  before: Holding | undefined,
  input: HoldingInput,
  by: { reportedBy: string; now: Date },
): Holding {
  refuseDraft(event);
  const reportedAt = by.now.toISOString();
  if (reportedAt < event.endsAt) throw new Refusal(p.eventNotOver, { facts: { endsAt: event.endsAt } });
  if (before?.status === "confirmed") throw new Refusal(p.holdingConfirmed);
  refuseAny(p.invalidHolding, (refuse) => {
    const { heldOn, participants, keyGroups } = input;
    if (heldOn < businessDate(event.startsAt) || heldOn > businessDate(event.endsAt))
      refuse("/heldOn", "须在赛事日期之内", "must be a day of the event");
    refuseMoreThan(participants, keyGroups, refuse);
  });
  const { eventId, organiserId, name: eventName, level } = event;
  const of = { eventId, organiserId, eventName, level, reportedAt, reportedBy: by.reportedBy };
  return { ...input, ...of, status: "reported", version: (before?.version ?? 0) + 1 };
}

/** A report as the bureau confirmed it. Refuses `own-report`, `holding-confirmed`. */
export function confirmedHolding(before: Holding, by: { confirmedBy: string; now: Date }): Holding {
  if (before.status === "confirmed") throw new Refusal(p.holdingConfirmed);
  if (before.reportedBy === by.confirmedBy) throw new Refusal(p.ownReport);
  const confirmedAt = by.now.toISOString();
  return {
    ...before,
    status: "confirmed",
    confirmedAt,
    confirmedBy: by.confirmedBy,
    version: before.version + 1,
  };
}
