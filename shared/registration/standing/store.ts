import { Contended, type Item, type Key, type Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { Refusal } from "#shared/platform/problem.ts";
import type { Instant } from "#shared/platform/time.ts";
import type { Entry, Limits } from "./limits.ts";
import type { Appeal, Penalty } from "./model.ts";
import { standingProblems } from "./problems.ts";
import type { Standing } from "./rules.ts";

const table = "registration";

const bare = <T>(item: Item | undefined): T | undefined => {
  if (!item) return undefined;
  const { pk: _pk, sk: _sk, pending: _pending, pendingSort: _at, owner: _o, ownerSort: _s, ...rest } = item;
  return rest as T;
};

export const limitsKey = (personId: string): Key => ({ pk: `PERSON#${personId}`, sk: "LIMITS" });

export const limitsOf = (item: Item | undefined): Limits | undefined => bare<Limits>(item);

export async function findLimits(personId: string): Promise<Limits | undefined> {
  return limitsOf(await dynamo.get({ table, key: limitsKey(personId), consistent: true }));
}

/** The limits as they shall be, if they are still as they were read. */
export const planLimits = (personId: string, was: Limits | undefined, next: Limits): Part => ({
  table,
  write: {
    Put: {
      Item: { ...limitsKey(personId), ...next },
      ConditionExpression: was ? "version = :was" : "attribute_not_exists(pk)",
      ...(was && { ExpressionAttributeValues: { ":was": was.version } }),
    },
  },
});

/** That a registration that the limits count is over; whatever else became of them. */
export const planLimitsEnd = (personId: string, registrationId: string): Part => ({
  table,
  write: {
    Update: {
      Key: limitsKey(personId),
      UpdateExpression: "ADD version :one REMOVE entries.#of",
      ExpressionAttributeNames: { "#of": registrationId },
      ExpressionAttributeValues: { ":one": 1 },
    },
  },
});

/** The registration is over, or the limits count it no longer. */
export class NotCounted extends Error {}

/**
 * That the event of a counted registration is at another time, for who postpones it; {@link NotCounted} where it is
 * not counted any more. What then clashes stays: the person did not move it.
 */
export const planIntervalMoved = (
  personId: string,
  registrationId: string,
  { startsAt, endsAt }: Pick<Entry, "startsAt" | "endsAt">,
): Part => ({
  table,
  write: {
    Update: {
      Key: limitsKey(personId),
      UpdateExpression: "SET entries.#of.startsAt = :starts, entries.#of.endsAt = :ends ADD version :one",
      ConditionExpression: "attribute_exists(entries.#of)",
      ExpressionAttributeNames: { "#of": registrationId },
      ExpressionAttributeValues: { ":starts": startsAt, ":ends": endsAt, ":one": 1 },
    },
  },
  refused: () => new NotCounted(),
});

const standingKey = (personId: string): Key => ({ pk: `STANDING#${personId}`, sk: "STANDING" });
const STANDINGS = "STANDINGS";

/** With the instant at which nothing of it matters any more. */
export async function findStanding(
  personId: string,
): Promise<(Standing & { lapsesAt: Instant }) | undefined> {
  return bare(await dynamo.get({ table, key: standingKey(personId), consistent: true }));
}

const meanwhile = () => new Contended("how the person stands changed meanwhile");

const unchanged = (was: Standing | undefined) => ({
  ConditionExpression: was ? "version = :was" : "attribute_not_exists(pk)",
  ...(was && { ExpressionAttributeValues: { ":was": was.version } }),
});

/** How a person stands from now on, if it is as it was read; to be forgotten at an instant. */
export const planStanding = (was: Standing | undefined, next: Standing, lapsesAt: Instant): Part => ({
  table,
  write: {
    Put: {
      Item: {
        ...standingKey(next.personId),
        ...next,
        lapsesAt,
        pending: STANDINGS,
        pendingSort: `${lapsesAt}#${next.personId}`,
      },
      ...unchanged(was),
    },
  },
  refused: meanwhile,
});

export const planStandingGone = (was: Standing): Part => ({
  table,
  write: { Delete: { Key: standingKey(was.personId), ...unchanged(was) } },
  refused: meanwhile,
});

const penaltyKey = (penaltyId: string): Key => ({ pk: `PENALTY#${penaltyId}`, sk: "PENALTY" });
const PENALTIES = "PENALTIES";
const ownerOf = (personId: string): string => `PENALTIES#${personId}`;

export const planPenalty = (penalty: Penalty): Part => ({
  table,
  write: {
    Put: {
      Item: {
        ...penaltyKey(penalty.penaltyId),
        ...penalty,
        owner: ownerOf(penalty.personId),
        ownerSort: `${penalty.from}#${penalty.penaltyId}`,
        pending: PENALTIES,
        pendingSort: `${penalty.until}#${penalty.penaltyId}`,
      },
      ConditionExpression: "attribute_not_exists(pk)",
    },
  },
  refused: meanwhile,
});

export async function findPenalty(penaltyId: string): Promise<Penalty | undefined> {
  return bare<Penalty>(await dynamo.get({ table, key: penaltyKey(penaltyId), consistent: true }));
}

/** Every penalty of a person, latest first; a person has few. */
export async function listPenaltiesOf(personId: string): Promise<Penalty[]> {
  const query = {
    table,
    index: "byOwner",
    partition: ownerOf(personId),
    limit: 100,
    descending: true,
  } as const;
  return (await dynamo.query(query)).items.map((item) => bare<Penalty>(item) as Penalty);
}

/** That a penalty was appealed against; once. Refuses `appealed-already`. */
export const planAppealed = ({ penaltyId }: Penalty, appealId: string): Part => ({
  table,
  write: {
    Update: {
      Key: penaltyKey(penaltyId),
      UpdateExpression: "SET appealId = :appeal",
      ConditionExpression: "attribute_exists(pk) AND attribute_not_exists(appealId)",
      ExpressionAttributeValues: { ":appeal": appealId },
    },
  },
  refused: () => new Refusal(standingProblems.appealedAlready),
});

/** What was decided on the appeal; one that was lifted is over, and no sweep looks for its end. */
export const planPenaltyDecided = (
  { penaltyId }: Penalty,
  decided: NonNullable<Penalty["decided"]>,
): Part => ({
  table,
  write: {
    Update: {
      Key: penaltyKey(penaltyId),
      UpdateExpression: `SET decided = :decided${decided.outcome === "lifted" ? " REMOVE pending, pendingSort" : ""}`,
      ExpressionAttributeValues: { ":decided": decided },
    },
  },
});

/** That a penalty's time is over, for the index alone: the penalty itself stays to be read. */
export const planPenaltyOver = ({ penaltyId }: Penalty): Part => ({
  table,
  write: { Update: { Key: penaltyKey(penaltyId), UpdateExpression: "REMOVE pending, pendingSort" } },
});

async function listPending(partition: string, now: Instant, limit: number): Promise<Item[]> {
  const query = { table, index: "byPending", partition, to: now, limit } as const;
  return (await dynamo.query(query)).items;
}

/** Penalties whose last instant has passed and that the index still lists, as it shows them. */
export const listPenaltiesOver = async (now: Instant, limit: number): Promise<Penalty[]> =>
  (await listPending(PENALTIES, now, limit)).map((item) => bare<Penalty>(item) as Penalty);

/** Whose standing nothing depends on any more, as the index shows it. */
export const listStandingsLapsed = async (now: Instant, limit: number): Promise<string[]> =>
  (await listPending(STANDINGS, now, limit)).map((item) => String(item["personId"]));

/** Appeals hold words of persons, so they lie in their table. */
const keyIn = (list: Appeal["status"], appealId: string): Key => ({ pk: `APPEALS#${list}`, sk: appealId });

export const planAppeal = (appeal: Appeal): Part => ({
  table: "people",
  write: {
    Put: {
      Item: { ...keyIn("open", appeal.appealId), ...appeal },
      ConditionExpression: "attribute_not_exists(pk)",
    },
  },
  refused: meanwhile,
});

/** Takes it off the list of what is open, so that of two who decide at once one is first. */
export const planAppealDecided = (decided: Appeal, refused: () => Error): Part[] => [
  {
    table: "people",
    write: {
      Delete: { Key: keyIn("open", decided.appealId), ConditionExpression: "attribute_exists(pk)" },
    },
    refused,
  },
  {
    table: "people",
    write: { Put: { Item: { ...keyIn("decided", decided.appealId), ...decided, status: "decided" } } },
  },
];

export async function findAppeal(appealId: string): Promise<Appeal | undefined> {
  const lists = ["open", "decided"] as const;
  const found = await dynamo.getMany(
    lists.map((list) => ({ table: "people", key: keyIn(list, appealId), consistent: true })),
  );
  return bare<Appeal>(found.find((one) => one !== undefined));
}

/** Latest first. */
export async function listAppeals(
  list: Appeal["status"],
  limit: number,
  after: Item | undefined,
): Promise<{ appeals: Appeal[]; next: Item | undefined }> {
  const { items, next } = await dynamo.query({
    table: "people",
    partition: `APPEALS#${list}`,
    limit,
    descending: true,
    consistent: true,
    ...(after && { after }),
  });
  return { appeals: items.map((item) => bare<Appeal>(item) as Appeal), next };
}

/** An event's entry in a list is removed: who reads it is led there no more. */
export const forgetListed = ({ pk, sk }: Item): Promise<void> =>
  dynamo.writeHints(table, [], [{ pk: String(pk), sk: String(sk) }]);
