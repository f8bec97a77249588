import { fencePart, type Lease, LeaseLost } from "#shared/jobs/store.ts";
import { noticeParts, type Told } from "#shared/notices/notices.ts";
import type { TemplateKey } from "#shared/notices/templates.ts";
import type { Key, Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import type { SportEvent } from "../model.ts";
import type { Kind } from "./rules.ts";

const table = "operations";

/** What was told of an event, at the time at which it was to start. */
const toldKey = ({ eventId, startsAt }: Pick<SportEvent, "eventId" | "startsAt">, kind: Kind): Key => ({
  pk: `REMINDED#${eventId}`,
  sk: `${kind}#${startsAt}`,
});

/** Whether everybody who had a place in these events was told, in their order; at most 100. */
export async function wereTold(events: readonly SportEvent[], kind: Kind): Promise<boolean[]> {
  const reads = events.map((event) => ({ table, key: toldKey(event, kind), consistent: true }) as const);
  return (await dynamo.getMany(reads)).map((item) => item !== undefined);
}

/** Long after its window nobody asks any more. */
const KEPT_SECONDS = 30 * 86_400;

/** Notes that everybody was told; only a holder of the lease may. */
export const noteTold = (event: SportEvent, kind: Kind, lease: Lease): Promise<void> =>
  dynamo.commit([
    fencePart(lease),
    {
      table,
      write: {
        Put: {
          Item: {
            ...toldKey(event, kind),
            expiresAt: Math.floor(Date.parse(event.startsAt) / 1_000) + KEPT_SECONDS,
          },
        },
      },
    },
  ]);

/** Two items each; a transaction holds a hundred with the lease. */
const TOGETHER = 40;

/**
 * Tells many at once, each once: those who were told under the name before are left out, and what is written then is
 * for the others. Answers how many were told now.
 */
export async function tellAll<Kind extends TemplateKey>(
  all: readonly Told<Kind>[],
  lease: Lease,
): Promise<number> {
  let told = 0;
  for (let first = 0; first < all.length; first += TOGETHER) {
    let left: Part[][] = all.slice(first, first + TOGETHER).map(noticeParts);
    while (left.length > 0) {
      const failed = await dynamo.attempt([fencePart(lease), ...left.flat()]);
      if (failed.has(0)) throw new LeaseLost("another has taken the lease over");
      if (failed.size === 0) {
        told += left.length;
        break;
      }
      let position = 1;
      left = left.filter((parts) => {
        const from = position;
        position += parts.length;
        return !parts.some((_, at) => failed.has(from + at));
      });
    }
  }
  return told;
}
