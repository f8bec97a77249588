import type { Item, Key, Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import type { Draw } from "./model.ts";

const table = "registration";

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
