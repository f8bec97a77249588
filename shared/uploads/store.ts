import type { Item, Key, Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import type { Instant } from "#shared/platform/time.ts";
import type { Upload } from "./model.ts";
import { uploadProblems } from "./problems.ts";

const table = "operations";
const keyOf = (uploadId: string): Key => ({ pk: `UPLOAD#${uploadId}`, sk: "UPLOAD" });

const SCANNING = "UPLOADS#scanning";
const KEPT = "UPLOADS#kept";

/** In the index an upload stands where a job looks for it: while it is scanned, or until it is removed. */
const place = ({ uploadId, state, completedAt, purgeAt }: Upload): Item =>
  state === "scanning"
    ? { pending: SCANNING, pendingSort: `${completedAt}#${uploadId}` }
    : { pending: KEPT, pendingSort: `${purgeAt}#${uploadId}` };

const uploadOf = ({ pk: _pk, sk: _sk, pending: _in, pendingSort: _at, ...upload }: Item): Upload =>
  upload as unknown as Upload;

export const planBegun = (upload: Upload): Part => ({
  table,
  write: {
    Put: {
      Item: { ...keyOf(upload.uploadId), ...place(upload), ...upload },
      ConditionExpression: "attribute_not_exists(pk)",
    },
  },
});

export async function findUpload(uploadId: string): Promise<Upload | undefined> {
  const item = await dynamo.get({ table, key: keyOf(uploadId), consistent: true });
  return item && uploadOf(item);
}

const setting = (of: Item) => ({
  UpdateExpression: `SET ${Object.keys(of)
    .map((_, at) => `#n${at} = :v${at}`)
    .join(", ")}`,
  ExpressionAttributeNames: Object.fromEntries(Object.keys(of).map((name, at) => [`#n${at}`, name])),
  ExpressionAttributeValues: Object.fromEntries(Object.values(of).map((value, at) => [`:v${at}`, value])),
});

/** Another was there first: the upload is no longer as it was read. */
export class Moved extends Error {
  override readonly name = "Moved";
}

/** Takes an upload to its next state, if it is still in the one in which it was read. */
export function planMove(before: Upload, change: Partial<Upload>): Part {
  const set = setting({ ...change, ...place({ ...before, ...change }) });
  return {
    table,
    write: {
      Update: {
        ...set,
        Key: keyOf(before.uploadId),
        ConditionExpression: "#state = :state",
        ExpressionAttributeNames: { ...set.ExpressionAttributeNames, "#state": "state" },
        ExpressionAttributeValues: { ...set.ExpressionAttributeValues, ":state": before.state },
      },
    },
    refused: () => new Moved(before.uploadId),
  };
}

/** Whether the move was made; false when another had moved it. */
export const move = async (before: Upload, change: Partial<Upload>): Promise<boolean> =>
  (await dynamo.attempt([planMove(before, change)])).size === 0;

function useRefusal(standing: Item | undefined): Refusal {
  const upload = standing && uploadOf(standing);
  if (!upload || upload.state === "gone") return new Refusal(problems.notFound);
  return upload.usedBy === undefined
    ? new Refusal(uploadProblems.notReady, { facts: { state: upload.state } })
    : new Refusal(uploadProblems.used);
}

/** Marks a file as used; of several who would use it for different things one does. */
export function planUse(upload: Upload, use: { usedBy: string; usedAt: Instant; purgeAt: Instant }): Part {
  const set = setting({ ...use, ...place({ ...upload, ...use }) });
  return {
    table,
    write: {
      Update: {
        ...set,
        Key: keyOf(upload.uploadId),
        ConditionExpression: "#state = :ready AND (attribute_not_exists(usedBy) OR usedBy = :by)",
        ExpressionAttributeNames: { ...set.ExpressionAttributeNames, "#state": "state" },
        ExpressionAttributeValues: { ...set.ExpressionAttributeValues, ":ready": "ready", ":by": use.usedBy },
      },
    },
    refused: useRefusal,
  };
}

/**
 * Takes an upload away from everybody before its file is deleted, if it is still to be removed when it was: who uses
 * it in that moment keeps it. Whether this or an earlier run took it away.
 */
export async function takeAway({ uploadId, purgeAt }: Upload): Promise<boolean> {
  const failed = await dynamo.attempt([
    {
      table,
      write: {
        Update: {
          Key: keyOf(uploadId),
          UpdateExpression: "SET #state = :gone REMOVE fileName",
          ConditionExpression: "purgeAt = :seen AND #state <> :scanning",
          ExpressionAttributeNames: { "#state": "state" },
          ExpressionAttributeValues: { ":gone": "gone", ":seen": purgeAt, ":scanning": "scanning" },
        },
      },
    },
  ]);
  return failed.size === 0;
}

/** Forgets an upload whose file is deleted. */
export async function forget({ uploadId }: Upload): Promise<void> {
  await dynamo.attempt([
    {
      table,
      write: {
        Delete: {
          Key: keyOf(uploadId),
          ConditionExpression: "#state = :gone",
          ExpressionAttributeNames: { "#state": "state" },
          ExpressionAttributeValues: { ":gone": "gone" },
        },
      },
    },
  ]);
}

const PAGE = 100;

async function* pending(partition: string, to?: string): AsyncGenerator<Upload> {
  let after: Item | undefined;
  do {
    const { items, next } = await dynamo.query({
      table,
      index: "byPending",
      partition,
      limit: PAGE,
      ...(to !== undefined && { to }),
      ...(after && { after }),
    });
    for (const item of items) yield uploadOf(item);
    after = next;
  } while (after);
}

/** Uploads that wait for the search for malware, the longest waiting first. */
export const listScanning = (): AsyncGenerator<Upload> => pending(SCANNING);

/** Uploads whose time to be removed has come. */
export const listDue = (now: Date): AsyncGenerator<Upload> => pending(KEPT, now.toISOString());
