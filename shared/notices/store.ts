import { createHash } from "node:crypto";
import { AlreadyPosted, dueEntry } from "#shared/delivery/due.ts";
import type { Item, Key, Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { idFromBytes } from "#shared/platform/ids.ts";
import type { Notice } from "./model.ts";
import { type Channel, channels } from "./template.ts";

const table = "operations";
const partitionOf = (personId: string): string => `INBOX#${personId}`;
const sortOf = ({ at, noticeId }: Pick<Notice, "at" | "noticeId">): string => `${at}#${noticeId}`;

type Named = Pick<Notice, "personId" | "noticeId">;

/**
 * One notice to one person, as a provider names it back to us: a hash, since what the context called it and whom it is
 * for are not the provider's to know.
 */
function referenceOf({ personId, noticeId }: Named): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([personId, noticeId]))
    .digest();
  return idFromBytes("ntc", hash.subarray(0, 16));
}

/** Holds the notice's name, so that it is posted once whatever the time, and leads to where it lies in the inbox. */
const nameKey = (reference: string): Key => ({ pk: `NOTICE#${reference}`, sk: "NOTICE" });

/** What a provider is given to tell us by what became of a message; the same for every sending of it. */
export const outIdOf = (notice: Named, channel: Channel): string => `${referenceOf(notice)}.${channel}`;

const dueOf = (notice: Notice): Item =>
  notice.dueAt === undefined ? {} : dueEntry("NOTICES", referenceOf(notice), notice.dueAt);

const noticeOf = (item: Item | undefined): Notice | undefined => {
  if (!item) return undefined;
  const { pk: _pk, sk: _sk, pending: _pending, pendingSort: _sort, ...notice } = item;
  return notice as unknown as Notice;
};

/** A new notice in the inbox, due to be delivered; refused with {@link AlreadyPosted} under a name that stands. */
export function planNotice(notice: Notice): Part[] {
  const { personId } = notice;
  const sort = sortOf(notice);
  return [
    {
      table,
      write: {
        Put: {
          Item: { ...nameKey(referenceOf(notice)), personId, sort },
          ConditionExpression: "attribute_not_exists(pk)",
        },
      },
      refused: () => new AlreadyPosted("the notice stands"),
    },
    {
      table,
      write: { Put: { Item: { pk: partitionOf(personId), sk: sort, ...dueOf(notice), ...notice } } },
    },
  ];
}

const steps = ["delivery", "channels", "version", "dueAt", "deliveredAt", "pending", "pendingSort"] as const;

/** A step of a notice's delivery, if it still stands as it was read. What its person does is left as it is. */
function planStep(before: Notice, after: Notice): Part {
  const next: Item = { ...after, ...dueOf(after) };
  const kept = steps.filter((name) => next[name] !== undefined);
  const gone = steps.filter((name) => next[name] === undefined);
  return {
    table,
    write: {
      Update: {
        Key: { pk: partitionOf(before.personId), sk: sortOf(before) },
        UpdateExpression: [
          `SET ${kept.map((name) => `#${name} = :${name}`).join(", ")}`,
          ...(gone.length > 0 ? [`REMOVE ${gone.map((name) => `#${name}`).join(", ")}`] : []),
        ].join(" "),
        ConditionExpression: "#version = :was",
        ExpressionAttributeNames: Object.fromEntries(steps.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: {
          ":was": before.version,
          ...Object.fromEntries(kept.map((name) => [`:${name}`, next[name]])),
        },
      },
    },
  };
}

/** Takes a step. False when another took one meanwhile, or the notice is gone: nothing was written. */
export const step = async (before: Notice, after: Notice): Promise<boolean> =>
  (await dynamo.attempt([planStep(before, after)])).size === 0;

async function findByReference(reference: string): Promise<Notice | undefined> {
  const name = await dynamo.get({ table, key: nameKey(reference), consistent: true });
  if (!name) return undefined;
  const key = { pk: partitionOf(String(name["personId"])), sk: String(name["sort"]) };
  return noticeOf(await dynamo.get({ table, key, consistent: true }));
}

export const findNotice = (named: Named): Promise<Notice | undefined> => findByReference(referenceOf(named));

/** The notice and channel of a message, by what its provider was given. */
export async function findMessage(outId: string): Promise<{ notice: Notice; channel: Channel } | undefined> {
  const [reference = "", suffix = ""] = outId.split(".");
  const channel = channels.find((one) => one === suffix);
  const notice = channel && (await findByReference(reference));
  return notice && channel && { notice, channel };
}

/** A notice as it stands, of an entry of the index. */
export const findListed = async ({ pk, sk }: Item): Promise<Notice | undefined> =>
  noticeOf(await dynamo.get({ table, key: { pk: String(pk), sk: String(sk) }, consistent: true }));

/** A page of a person's inbox, latest first. */
export async function listInbox(
  personId: string,
  limit: number,
  after: Item | undefined,
): Promise<{ notices: Notice[]; next: Item | undefined }> {
  const { items, next } = await dynamo.query({
    table,
    partition: partitionOf(personId),
    limit,
    descending: true,
    consistent: true,
    ...(after && { after }),
  });
  return { notices: items.flatMap((item) => noticeOf(item) ?? []), next };
}

/** Notes when it was first read; a second time changes nothing. False when there is no such notice any more. */
export async function markRead(notice: Notice, now: Date): Promise<boolean> {
  const part: Part = {
    table,
    write: {
      Update: {
        Key: { pk: partitionOf(notice.personId), sk: sortOf(notice) },
        UpdateExpression: "SET readAt = if_not_exists(readAt, :now)",
        ConditionExpression: "attribute_exists(pk)",
        ExpressionAttributeValues: { ":now": now.toISOString() },
      },
    },
  };
  return (await dynamo.attempt([part])).size === 0;
}

/** Removes everything a person was ever told, with what is still to be delivered. */
export async function emptyInbox(personId: string): Promise<void> {
  for (;;) {
    const { notices, next } = await listInbox(personId, 100, undefined);
    const keys = notices.flatMap((notice) => [
      nameKey(referenceOf(notice)),
      { pk: partitionOf(personId), sk: sortOf(notice) },
    ]);
    await dynamo.writeHints(table, [], keys);
    if (!next) return;
  }
}
