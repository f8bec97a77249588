import type { Item, Key, Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { downloadUrl, getObject, putObject } from "#shared/platform/objects.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { hmac, reference, secret } from "#shared/platform/secrets.ts";
import type { Draw } from "./model.ts";

const table = "registration";
const bucket = "draws";
const LINK_SECONDS = 300;

const drawKey = (eventId: string): Key => ({ pk: `DRAW#${eventId}`, sk: "DRAW" });

const drawOf = (item: Item | undefined): Draw | undefined => {
  if (!item) return undefined;
  const { pk: _pk, sk: _sk, pending: _list, pendingSort: _order, ...draw } = item;
  return draw as unknown as Draw;
};

export const findDraw = async (eventId: string): Promise<Draw | undefined> =>
  drawOf(await dynamo.get({ table, key: drawKey(eventId), consistent: true }));

/** The draw as it shall be, if it still is as it was read; one that is not done stands in the list of what is due. */
export const planDraw = (draw: Draw): Part => ({
  table,
  write: {
    Put: {
      Item: {
        ...drawKey(draw.eventId),
        ...draw,
        ...(draw.stage !== "done" && { pending: "DRAWS", pendingSort: draw.eventId }),
      },
      ...(draw.version === 1
        ? { ConditionExpression: "attribute_not_exists(pk)" }
        : {
            ConditionExpression: "version = :read",
            ExpressionAttributeValues: { ":read": draw.version - 1 },
          }),
    },
  },
  refused: () => new Refusal(problems.versionMismatch),
});

/** Draws that are not done, of all events; there are as many as events that are being signed up for. */
export async function* listOpenDraws(): AsyncGenerator<Draw> {
  let after: Item | undefined;
  do {
    const page = await dynamo.query({
      table,
      index: "byPending",
      partition: "DRAWS",
      limit: 100,
      ...(after && { after }),
    });
    yield* page.items.flatMap((item) => drawOf(item) ?? []);
    after = page.next;
  } while (after);
}

/**
 * The seed of an event's draw: 32 bytes that follow from a secret of this use only, so that it need not be kept, and
 * nobody can choose it.
 */
export const seedOf = async (eventId: string): Promise<Buffer> =>
  hmac(await secret("draws"), ["leyun draw", eventId]);

/** The name under which a holder stands in the list: 26 characters that lead back to nobody. */
export const pseudonymOf = async (eventId: string, holder: string): Promise<string> =>
  (await reference("draw", eventId, holder)).subarray(0, 16).toString("hex");

const listKey = (eventId: string, root: string) => `${eventId}/entrants-${root}.txt`;
const resultKey = (eventId: string, hash: string) => `${eventId}/result-${hash}.txt`;

const put = (key: string, body: string) =>
  putObject({ bucket, key, body: Buffer.from(body), contentType: "text/plain; charset=utf-8" });

export const putEntrants = (eventId: string, root: string, text: string) => put(listKey(eventId, root), text);
export const putResult = (eventId: string, hash: string, text: string) => put(resultKey(eventId, hash), text);

async function read(key: string): Promise<string> {
  const text = await getObject(bucket, key);
  if (text === undefined) throw new Error(`${key} is not among the draws`);
  return text;
}

export const readList = (eventId: string, root: string) => read(listKey(eventId, root));
export const readResultText = (eventId: string, hash: string) => read(resultKey(eventId, hash));

/** Where everybody can download the list and the result, as far as there are any, for five minutes. */
export async function linksOf({ eventId, entrantRoot, resultHash }: Draw) {
  const link = (key: string, filename: string) =>
    downloadUrl({ bucket, key, filename, seconds: LINK_SECONDS });
  return {
    ...(entrantRoot !== undefined && {
      entrantsUrl: await link(listKey(eventId, entrantRoot), `${eventId}-entrants.txt`),
    }),
    ...(resultHash !== undefined && {
      resultUrl: await link(resultKey(eventId, resultHash), `${eventId}-result.txt`),
    }),
  };
}
