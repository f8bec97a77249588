import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import { Contended, type Item, type Key, type Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { seriesTerm } from "../listing.ts";
import type { SportEvent } from "../model.ts";
import { readList } from "../store.ts";
import type { EventCount, HeadCount, Holding, Series } from "./model.ts";

const table = "registration";

const seriesKey = (seriesId: string): Key => ({ pk: `SERIES#${seriesId}`, sk: "SERIES" });
/** Beside its events in the index, which it is none of. */
const seriesOwner = (organiserId: string): string => `SERIES-OF#${organiserId}`;
const holdingKey = (eventId: string): Key => ({ pk: `EVENT#${eventId}`, sk: "HOLDING" });
const countKey = (eventId: string): Key => ({ pk: `EVENT#${eventId}`, sk: "COUNT" });
const yearKey = ({ year, eventId }: Pick<EventCount, "year" | "eventId">): Key => ({
  pk: `COUNTS#${year}`,
  sk: eventId,
});
const REPORTED = "HOLDINGS";

const bare = <T>(item: Item | undefined): T | undefined => {
  if (!item) return undefined;
  const { pk: _pk, sk: _sk, owner: _o, ownerSort: _os, pending: _p, pendingSort: _ps, ...rest } = item;
  return rest as T;
};

export async function findSeries(seriesId: string): Promise<Series | undefined> {
  return bare(await dynamo.get({ table, key: seriesKey(seriesId), consistent: true }));
}

/** A series of the organisation; another's does not exist for it. Refuses `not-found`. */
export async function ownSeries(seriesId: string, organiserId: string): Promise<Series> {
  const series = await findSeries(seriesId);
  if (series?.organiserId !== organiserId) throw new Refusal(problems.notFound);
  return series;
}

const seriesItem = (series: Series): Item => ({
  ...seriesKey(series.seriesId),
  owner: seriesOwner(series.organiserId),
  ownerSort: series.seriesId,
  ...series,
});

export const planNewSeries = (series: Series): Part => ({
  table,
  write: { Put: { Item: seriesItem(series), ConditionExpression: "attribute_not_exists(pk)" } },
});

/** The series as it shall be, if it still is the version that was read; refuses `version-mismatch`. */
export const planSeries = (
  before: Series,
  after: Series,
  refused = (): Error => new Refusal(problems.versionMismatch),
): Part => ({
  table,
  write: {
    Put: {
      Item: seriesItem(after),
      ConditionExpression: "version = :was",
      ExpressionAttributeValues: { ":was": before.version },
    },
  },
  refused,
});

/** The event that takes the entries for all rounds; of two that are made at once one is asked to come again. */
export const planEntryRound = (series: Series, entryEventId: string): Part =>
  planSeries(
    series,
    { ...series, entryEventId, version: series.version + 1 },
    () => new Contended("another round of the series is being made"),
  );

export const commitSeries = (part: Part): Promise<void> => dynamo.commit([part]);

/** The series of an organisation, latest first. */
export async function listSeriesOf(organiserId: string, limit: number, cursor: string | undefined) {
  const scope = ["series", organiserId];
  const after = await readCursor(scope, cursor);
  const partition = seriesOwner(organiserId);
  const asked = { table, index: "byOwner", partition, limit, descending: true } as const;
  const page = await dynamo.query({ ...asked, ...(after && { after }) });
  const nextCursor = await signCursor(scope, page.next);
  return {
    items: page.items.flatMap((item) => bare<Series>(item) ?? []),
    ...(nextCursor !== undefined && { nextCursor }),
  };
}

/** The published rounds of a series, in order of their start; a series has few. */
export async function listRounds(seriesId: string): Promise<SportEvent[]> {
  const rounds: SportEvent[] = [];
  let after: Item | undefined;
  do {
    const page = await readList(seriesTerm(seriesId), { from: "0", to: "9999" }, 100, after);
    for (const { event } of page.entries)
      if (event?.status === "published" && event.seriesId === seriesId) rounds.push(event);
    after = page.next;
  } while (after);
  return rounds;
}

export const planHeadCount = (headCount: HeadCount): Part => ({
  table,
  write: {
    Put: {
      Item: { pk: `CHECK-INS#${headCount.eventId}`, sk: headCount.checkInId, ...headCount },
      ConditionExpression: "attribute_not_exists(pk)",
    },
  },
});

export async function listHeadCounts(eventId: string): Promise<HeadCount[]> {
  const found: HeadCount[] = [];
  let after: Item | undefined;
  do {
    const asked = { table, partition: `CHECK-INS#${eventId}`, limit: 500, consistent: true } as const;
    const page = await dynamo.query({ ...asked, ...(after && { after }) });
    found.push(...page.items.flatMap((item) => bare<HeadCount>(item) ?? []));
    after = page.next;
  } while (after);
  return found;
}

export async function findHolding(eventId: string): Promise<Holding | undefined> {
  return bare(await dynamo.get({ table, key: holdingKey(eventId), consistent: true }));
}

/** A report as it shall be, if it still is as it was read; unconfirmed ones stand in the bureau's list. */
export const planHolding = (before: Holding | undefined, after: Holding, refused: () => Error): Part => ({
  table,
  write: {
    Put: {
      Item: {
        ...holdingKey(after.eventId),
        ...after,
        ...(after.status === "reported" && {
          pending: REPORTED,
          pendingSort: `${after.reportedAt}#${after.eventId}`,
        }),
      },
      ConditionExpression: before ? "version = :was" : "attribute_not_exists(pk)",
      ...(before && { ExpressionAttributeValues: { ":was": before.version } }),
    },
  },
  refused,
});

/** Reports that wait for the bureau, the oldest first. */
export async function listReported(
  limit: number,
  after: Item | undefined,
): Promise<{ holdings: Holding[]; next: Item | undefined }> {
  const asked = { table, index: "byPending", partition: REPORTED, limit } as const;
  const { items, next } = await dynamo.query({ ...asked, ...(after && { after }) });
  return { holdings: items.flatMap((item) => bare<Holding>(item) ?? []), next };
}

/** What was counted of events before, and what was reported of them, in the order asked. */
export async function findCounted(
  eventIds: readonly string[],
): Promise<{ count: EventCount | undefined; holding: Holding | undefined }[]> {
  const keys = eventIds.flatMap((eventId) => [countKey(eventId), holdingKey(eventId)]);
  const found = await dynamo.getMany(keys.map((key) => ({ table, key, consistent: true })));
  return eventIds.map((_, at) => ({
    count: bare<EventCount>(found[2 * at]),
    holding: bare<Holding>(found[2 * at + 1]),
  }));
}

/** A count of an event, with its event and among its year's; it leaves the year it was of before. */
export const planCount = (before: EventCount | undefined, count: EventCount): Part[] => [
  { table, write: { Put: { Item: { ...countKey(count.eventId), ...count } } } },
  { table, write: { Put: { Item: { ...yearKey(count), ...count } } } },
  ...(before && before.year !== count.year
    ? [{ table, write: { Delete: { Key: { ...yearKey(before) } } } } as const]
    : []),
];

/** What was counted of the events of a year. */
export async function listCounts(year: number): Promise<EventCount[]> {
  const found: EventCount[] = [];
  let after: Item | undefined;
  do {
    const asked = { table, partition: `COUNTS#${year}`, limit: 1_000 } as const;
    const page = await dynamo.query({ ...asked, ...(after && { after }) });
    found.push(...page.items.flatMap((item) => bare<EventCount>(item) ?? []));
    after = page.next;
  } while (after);
  return found;
}
