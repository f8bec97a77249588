import { lanesFor, shardsFor } from "#shared/allotment/model.ts";
import { canonical } from "#shared/platform/canonical.ts";
import { type FieldError, Refusal } from "#shared/platform/problem.ts";
import { documentContradictions } from "./approval/rules.ts";
import { defaultBeacon, drawContradictions } from "./draw/deciding.ts";
import { takesAnswers } from "./eligibility/answerRules.ts";
import { contradictoryConditions } from "./eligibility/eventRules.ts";
import {
  capacityOf,
  type EventChange,
  type EventInput,
  type Group,
  poolLeaf,
  type SignUpMode,
  type SportEvent,
} from "./model.ts";
import { registrationPolicy } from "./policy.ts";
import { registrationProblems } from "./problems.ts";
import type { RoundStanding } from "./programme/model.ts";
import { refuseOpenChecklist } from "./programme/rules.ts";

type NewGroupId = () => string;

const namedGroups = (groups: EventInput["groups"], newGroupId: NewGroupId): Group[] =>
  groups.map((group) => ({ ...group, groupId: group.groupId ?? newGroupId() }));

const reservedOf = ({ pools }: Group): number => pools.reduce((sum, { capacity }) => sum + capacity, 0);

/** The places of each leaf: what a group has beside its pools, and each pool. */
const leavesOf = (groups: readonly Group[]): Map<string, number> =>
  new Map(
    groups.flatMap((group) => [
      [group.groupId, group.capacity - reservedOf(group)] as const,
      ...group.pools.map(({ capacity }, at) => [poolLeaf(group.groupId, at), capacity] as const),
    ]),
  );

/** What contradicts itself in an event, field by field. */
function contradictions(event: SportEvent): FieldError[] {
  const errors: FieldError[] = [];
  const refuse = (pointer: string, zh: string, en: string) => errors.push({ pointer, message: { zh, en } });
  if (event.endsAt <= event.startsAt) refuse("/endsAt", "结束时间须晚于开始时间", "must be after startsAt");
  if (event.signUpClosesAt <= event.signUpOpensAt)
    refuse("/signUpClosesAt", "报名截止须晚于报名开始", "must be after signUpOpensAt");
  if (event.signUpClosesAt > event.endsAt)
    refuse("/signUpClosesAt", "报名截止不能晚于赛事结束", "must not be after endsAt");
  if (event.cancelUntil > event.endsAt)
    refuse("/cancelUntil", "取消截止不能晚于赛事结束", "must not be after endsAt");
  if (event.mode === "queued" && decidedLater(event))
    refuse("/mode", "抽签和审核的报名不需要排队", "only first-come sign-ups are served in turn");
  if (event.dropIn && event.kind !== "activity")
    refuse("/dropIn", "只有活动可以免报名参加", "only an activity can be dropped in to");
  if (event.groups.length === 0 && !event.dropIn && event.enterAt === undefined)
    refuse("/groups", "至少要有一个组别", "must have at least one group");
  if (new Set(event.checklist.map(({ itemId }) => itemId)).size < event.checklist.length)
    refuse("/checklist", "事项编号不能重复", "ids of items must differ");
  const sum = event.groups.reduce((total, group) => total + group.capacity, 0);
  if (capacityOf(event) > sum)
    refuse("/capacity", "总名额不能多于各组别之和", "must not exceed the sum of the groups");
  if (new Set(event.groups.map(({ name }) => name)).size < event.groups.length)
    refuse("/groups", "组别名称不能重复", "names of groups must differ");
  if (new Set(event.groups.map(({ groupId }) => groupId)).size < event.groups.length)
    refuse("/groups", "组别编号不能重复", "ids of groups must differ");
  for (const [at, group] of event.groups.entries()) {
    if (reservedOf(group) > group.capacity)
      refuse(`/groups/${at}/pools`, "预留名额之和不能多于组别名额", "must not exceed the group's capacity");
  }
  return [
    ...errors,
    ...contradictoryConditions(event),
    ...drawContradictions(event),
    ...documentContradictions(event),
  ];
}

function refuseContradictions(event: SportEvent): SportEvent {
  const errors = contradictions(event);
  if (errors.length > 0) throw new Refusal(registrationProblems.invalidEvent, { errors });
  return event;
}

/** Whether sign-ups are served in turn when nobody says so. */
const servedInTurn = (input: Omit<EventInput, "placesPerPerson">): boolean =>
  rushes(input) && !decidedLater(input) && !takesAnswers(input);

/**
 * A draft. Refuses `invalid-event`.
 * @param round what it has of its series, where it is a round of one
 */
export function draftEvent(
  { placesPerPerson: _one, seriesId: _series, tier: _tier, ...input }: EventInput,
  organiserId: string,
  ids: { eventId: string; newGroupId: NewGroupId },
  round: RoundStanding = {},
): SportEvent {
  return refuseContradictions({
    ...input,
    ...round,
    eventId: ids.eventId,
    organiserId,
    status: "draft",
    version: 1,
    fairness: input.fairness ?? false,
    cancelUntil: input.cancelUntil ?? input.startsAt,
    ...(input.allocation === "draw" && { draw: input.draw ?? { beacon: defaultBeacon } }),
    mode: input.mode ?? (servedInTurn(input) ? "queued" : "direct"),
    checklist: input.checklist.map((item) => ({ ...item, done: false })),
    groups: namedGroups(
      input.groups.map(({ groupId: _, ...group }) => group),
      ids.newGroupId,
    ),
  });
}

/** A group id is given by the service: one that the event does not have is a mistake. */
function refuseStrangers(known: readonly Group[], named: EventInput["groups"]): void {
  const ids = new Set(known.map(({ groupId }) => groupId));
  const message = { zh: "本赛事没有这个组别", en: "is no group of this event" };
  const errors = named.flatMap(({ groupId }, at) =>
    groupId === undefined || ids.has(groupId) ? [] : [{ pointer: `/groups/${at}/groupId`, message }],
  );
  if (errors.length > 0) throw new Refusal(registrationProblems.invalidEvent, { errors });
}

const conditionsOf = ({ name: _, capacity: __, pools, ...conditions }: Group): string =>
  canonical([conditions, pools.map(({ rule, flowsBackAt }) => [rule, flowsBackAt])]);

/** Groups of a published event keep their ids and conditions: people signed up under them. */
function sameConditions(before: readonly Group[], after: readonly Group[]): boolean {
  const known = new Map(before.map((group) => [group.groupId, conditionsOf(group)]));
  return (
    before.length === after.length && after.every((group) => known.get(group.groupId) === conditionsOf(group))
  );
}

/**
 * The event after a change and, once published, by how much each leaf's places change.
 * Refuses `invalid-event`; `event-not-draft` when a published event's groups would get other conditions, or its
 * whole capacity, or its people's limits, would begin or cease to be counted.
 */
export function changeEvent(
  before: SportEvent,
  change: EventChange,
  newGroupId: NewGroupId,
): { after: SportEvent; places: Record<string, number>; lanes?: number } {
  const groups = change.groups ? namedGroups(change.groups, newGroupId) : before.groups;
  refuseStrangers(before.groups, change.groups ?? []);
  const after = refuseContradictions({
    ...before,
    ...change,
    groups,
    version: before.version + 1,
  } as SportEvent);
  const countsTotal = (event: SportEvent) => event.capacity !== undefined;
  const published = before.status === "published";
  const kept =
    sameConditions(before.groups, groups) &&
    countsTotal(before) === countsTotal(after) &&
    before.fairness === after.fairness;
  if (published && (!kept || change.draw)) throw new Refusal(registrationProblems.eventNotDraft);
  const were = leavesOf(before.groups);
  const places = Object.fromEntries(
    [...leavesOf(groups)].map(([leaf, count]) => [leaf, count - (were.get(leaf) ?? count)]),
  );
  // Lanes stay when a rush is over: places are handed out from any number of them.
  const rush = before.mode === "direct" && after.mode === "queued";
  return {
    after,
    places: { ...places, total: capacityOf(after) - capacityOf(before) },
    ...(rush && { lanes: lanesOf(after, were.size, "queued") }),
  };
}

/** Whether whoever signs up gets no place at once, but stands for a draw or for somebody's decision. */
const decidedLater = ({ allocation }: Pick<SportEvent, "allocation">): boolean =>
  allocation === "draw" || allocation === "approval";

/** Where more come than there are places, many come at once. */
const rushes = (event: Parameters<typeof capacityOf>[0] & { expectedDemand?: number | undefined }): boolean =>
  (event.expectedDemand ?? 0) > capacityOf(event);

/** Who only enters takes nothing from a lane, but looks at one: also those many must not meet at one. */
const lanesOf = (event: SportEvent, leaves: number, mode: SignUpMode): number =>
  lanesFor(
    leaves + (event.capacity === undefined ? 0 : 1),
    mode === "queued" || (event.allocation === "draw" && rushes(event)),
    registrationPolicy.rushLanes.value,
  );

/** All who enter are kept, not only those for whom there are places. */
const holdersOf = (event: SportEvent): number =>
  decidedLater(event) ? Math.max(capacityOf(event), event.expectedDemand ?? 0) : capacityOf(event);

/**
 * How the event's places are laid out: a leaf per group and per pool, a counter for the whole where it is below the
 * groups' sum, more lanes and partitions where more people than places are expected. Refuses `event-not-draft`, `checklist-open`,
 * and `invalid-event` when sign-up would be over before it began.
 */
export function publishEvent(event: SportEvent, now: Date) {
  if (event.status !== "draft") throw new Refusal(registrationProblems.eventNotDraft);
  refuseOpenChecklist(event.checklist);
  if (event.signUpClosesAt <= now.toISOString()) {
    const message = { zh: "报名截止时间已过", en: "is in the past" };
    throw new Refusal(registrationProblems.invalidEvent, {
      errors: [{ pointer: "/signUpClosesAt", message }],
    });
  }
  const capacity = capacityOf(event);
  const leaves = leavesOf(event.groups);
  const flowsBack = event.groups.flatMap(({ groupId, pools }) =>
    pools.map(({ flowsBackAt }, at) => [poolLeaf(groupId, at), { to: groupId, at: flowsBackAt }] as const),
  );
  return {
    published: { ...event, status: "published", version: event.version + 1 } satisfies SportEvent,
    shape: {
      subject: event.eventId,
      leaves: [...leaves.keys()],
      ...(flowsBack.length > 0 && { flowsBack: Object.fromEntries(flowsBack) }),
      total: event.capacity !== undefined,
      shards: shardsFor(holdersOf(event), event.mode === "queued"),
      lanes: lanesOf(event, leaves.size, event.mode),
    },
    places: { ...Object.fromEntries(leaves), total: capacity },
  };
}
