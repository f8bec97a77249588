import type { Item, Key, Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { Refusal } from "#shared/platform/problem.ts";
import type { Instant } from "#shared/platform/time.ts";
import { peopleProblems } from "../problems.ts";

/**
 * What a person answered in the sign-up for an event, under a partition of its own: who may put answers or remove them
 * may not touch a profile.
 */
export interface AnswersItem {
  personId: string;
  eventId: string;
  /** When the event ends, as it was known; its end decides how long answers are kept. */
  endsAt: Instant;
  /** Encrypted with the person's key. */
  answers?: Uint8Array;
  /** The same of what is about health, which is removed earlier. */
  health?: Uint8Array;
}

const table = "people";
const partitionOf = (personId: string): string => `ANSWERS#${personId}`;
const keyOf = ({ personId, eventId }: Pick<AnswersItem, "personId" | "eventId">): Key => ({
  pk: partitionOf(personId),
  sk: eventId,
});

/** Where answers wait to be removed: first what is about health, then the rest. */
export type Stage = "health" | "answers";

const place = ({ personId, eventId, endsAt, health }: AnswersItem): Item => ({
  pending: `ANSWERS#${health ? "health" : "answers"}`,
  pendingSort: `${endsAt}#${personId}#${eventId}`,
});

const itemOf = ({ pk: _pk, sk: _sk, pending: _in, pendingSort: _at, ...item }: Item): AnswersItem =>
  item as unknown as AnswersItem;

/**
 * Keeps answers, in place of those of an earlier sign-up for the event, while the person has a key: who is erased in
 * that moment leaves nothing behind. Refuses `profile-missing`.
 */
export const planAnswers = (item: AnswersItem): Part[] => [
  {
    table: "person-keys",
    write: {
      ConditionCheck: {
        Key: { pk: `PERSON#${item.personId}`, sk: "KEY" },
        ConditionExpression: "attribute_exists(pk)",
      },
    },
    refused: () => new Refusal(peopleProblems.profileMissing),
  },
  { table, write: { Put: { Item: { ...keyOf(item), ...place(item), ...item } } } },
];

/** At most 100 persons, in the order asked. */
export async function findAnswers(
  personIds: readonly string[],
  eventId: string,
): Promise<(AnswersItem | undefined)[]> {
  const reads = personIds.map((personId) => ({ table, key: keyOf({ personId, eventId }) }) as const);
  return (await dynamo.getMany(reads)).map((item) => item && itemOf(item));
}

/** Everything a person answered; the keys alone where nothing else is needed. */
export async function listAnswers(personId: string): Promise<AnswersItem[]> {
  const found: AnswersItem[] = [];
  let after: Item | undefined;
  do {
    const page = await dynamo.query({
      table,
      partition: partitionOf(personId),
      limit: 100,
      consistent: true,
      ...(after && { after }),
    });
    found.push(...page.items.map(itemOf));
    after = page.next;
  } while (after);
  return found;
}

/** Removes what an erased person answered; without the key it is noise already. */
export async function forgetAnswers(personId: string): Promise<void> {
  await dynamo.writeHints(table, [], (await listAnswers(personId)).map(keyOf));
}

/** Answers of events that ended before an instant, earliest first. */
export async function listEnded(stage: Stage, before: Instant, limit: number): Promise<AnswersItem[]> {
  const partition = `ANSWERS#${stage}`;
  const { items } = await dynamo.query({ table, index: "byPending", partition, to: before, limit });
  return items.map(itemOf);
}

/** As the index showed it: what was put in its place meanwhile stays. */
const asRead = (item: AnswersItem) => {
  const { pending, pendingSort } = place(item);
  return {
    ConditionExpression: "pending = :in AND pendingSort = :at",
    ExpressionAttributeValues: { ":in": pending, ":at": pendingSort },
  };
};

async function change(part: Part): Promise<boolean> {
  return (await dynamo.attempt([part])).size === 0;
}

/** Removes what is about health, or all; whether this run did. */
export function removeAnswers(stage: Stage, item: AnswersItem): Promise<boolean> {
  const Key = keyOf(item);
  const { health: _health, ...rest } = item;
  if (stage === "answers" || !item.answers)
    return change({ table, write: { Delete: { Key, ...asRead(item) } } });
  const { ConditionExpression, ExpressionAttributeValues } = asRead(item);
  const UpdateExpression = "SET pending = :next REMOVE health";
  const { pending } = place(rest);
  return change({
    table,
    write: {
      Update: {
        Key,
        UpdateExpression,
        ConditionExpression,
        ExpressionAttributeValues: { ...ExpressionAttributeValues, ":next": pending },
      },
    },
  });
}

/** The event ends at another time than was known. */
export function moveAnswers(item: AnswersItem, endsAt: Instant): Promise<boolean> {
  const { ConditionExpression, ExpressionAttributeValues } = asRead(item);
  const { pendingSort } = place({ ...item, endsAt });
  return change({
    table,
    write: {
      Update: {
        Key: keyOf(item),
        UpdateExpression: "SET endsAt = :ends, pendingSort = :sort",
        ConditionExpression,
        ExpressionAttributeValues: { ...ExpressionAttributeValues, ":ends": endsAt, ":sort": pendingSort },
      },
    },
  });
}
