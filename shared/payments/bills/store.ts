import type { Item, Key, Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import type { BusinessDate } from "#shared/platform/time.ts";
import { Moved } from "../store.ts";
import type { BillDay, Outstanding } from "./model.ts";

const table = "settlement";
const dayKey = (provider: string, date: BusinessDate): Key => ({ pk: `BILLS#${provider}`, sk: date });
const nextKey = (provider: string): Key => ({ pk: `BILLS-NEXT#${provider}`, sk: "NEXT" });
const outstandingKey = ({
  provider,
  receiver,
  date,
}: Pick<Outstanding, "provider" | "receiver" | "date">): Key => ({
  pk: `OUTSTANDING#${provider}#${receiver}`,
  sk: date,
});

const contentOf = <T>({ pk: _pk, sk: _sk, ...rest }: Item): T => rest as T;

export async function findOutstanding(
  of: Pick<Outstanding, "provider" | "receiver" | "date">,
): Promise<Outstanding | undefined> {
  const item = await dynamo.get({ table, key: outstandingKey(of), consistent: true });
  return item && contentOf<Outstanding>(item);
}

/** Everything a provider held and holds for a receiver, the oldest day first. */
export async function listOutstanding(provider: string, receiver: string): Promise<Outstanding[]> {
  const found: Outstanding[] = [];
  let after: Item | undefined;
  do {
    const { items, next } = await dynamo.query({
      table,
      partition: `OUTSTANDING#${provider}#${receiver}`,
      limit: 500,
      consistent: true,
      ...(after && { after }),
    });
    found.push(...items.map((item) => contentOf<Outstanding>(item)));
    after = next;
  } while (after);
  return found;
}

/** Keeps what is outstanding of a day, as it was first found. */
export async function keepOutstanding(of: Outstanding): Promise<void> {
  const Item = { ...outstandingKey(of), ...of };
  await dynamo.attempt([
    { table, write: { Put: { Item, ConditionExpression: "attribute_not_exists(pk)" } } },
  ]);
}

export const paidOutPart = (of: Outstanding, reference: string): Part => ({
  table,
  write: {
    Update: {
      Key: outstandingKey(of),
      UpdateExpression: "SET paidOutBy = :reference",
      ConditionExpression: "attribute_not_exists(paidOutBy)",
      ExpressionAttributeValues: { ":reference": reference },
    },
  },
  refused: () => new Moved("it was paid out already"),
});

/** The next day whose bills are to be read; `undefined` before the first. */
export async function nextDay(provider: string): Promise<BusinessDate | undefined> {
  const item = await dynamo.get({ table, key: nextKey(provider), consistent: true });
  return item?.["date"] as BusinessDate | undefined;
}

/** A day is done: its comparison where there was anything to compare, and the day that is next. */
export const dayParts = (day: BillDay | undefined, of: { provider: string; next: BusinessDate }): Part[] => [
  { table, write: { Put: { Item: { ...nextKey(of.provider), date: of.next } } } },
  ...(day
    ? [{ table, write: { Put: { Item: { ...dayKey(day.provider, day.date), ...day } } } } as const]
    : []),
];

/** Latest first. */
export async function listDays(
  provider: string,
  limit: number,
  after: Item | undefined,
): Promise<{ days: BillDay[]; next: Item | undefined }> {
  const { items, next } = await dynamo.query({
    table,
    partition: `BILLS#${provider}`,
    limit,
    descending: true,
    consistent: true,
    ...(after && { after }),
  });
  return { days: items.map((item) => contentOf<BillDay>(item)), next };
}
