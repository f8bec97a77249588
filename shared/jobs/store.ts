import type { Item, Key, Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";

const table = "operations";
const keyOf = (job: string): Key => ({ pk: `JOB#${job}`, sk: "RUN" });

/** The right to do a job's work until it ends, or is taken over by another once it has lapsed. */
export interface Lease {
  job: string;
  /** Rises with every holder: what an earlier one still writes is refused. */
  fence: number;
}

/** Another holds the lease now, who has gone on from where this one was. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

/** How a job stands: who is at it, where it is, and when it was done last. */
interface JobState {
  fence: number;
  until: string;
  cursor?: Item;
  completedAt?: string;
}

export async function findJob(job: string): Promise<JobState | undefined> {
  const item = await dynamo.get({ table, key: keyOf(job), consistent: true });
  return item as unknown as JobState | undefined;
}

/** Takes a lease that nobody holds, or whose holder let it lapse; `undefined` while another holds it. */
export async function takeLease(
  job: string,
  now: Date,
  seconds: number,
): Promise<(Lease & { cursor?: Item }) | undefined> {
  const standing = await findJob(job);
  if (standing && standing.until > now.toISOString()) return undefined;
  const fence = (standing?.fence ?? 0) + 1;
  const failed = await dynamo.attempt([
    {
      table,
      write: {
        Update: {
          Key: keyOf(job),
          UpdateExpression: "SET fence = :next, #until = :until",
          ConditionExpression: standing ? "fence = :read AND #until = :was" : "attribute_not_exists(pk)",
          ExpressionAttributeNames: { "#until": "until" },
          ExpressionAttributeValues: {
            ":next": fence,
            ":until": new Date(now.getTime() + seconds * 1_000).toISOString(),
            ...(standing && { ":read": standing.fence, ":was": standing.until }),
          },
        },
      },
    },
  ]);
  if (failed.size > 0) return undefined;
  return { job, fence, ...(standing?.cursor && { cursor: standing.cursor }) };
}

const lost = () => new LeaseLost("another has taken the lease over");

/** The part by which a holder writes only while it is the holder. */
export const fencePart = ({ job, fence }: Lease): Part => ({
  table,
  write: {
    ConditionCheck: {
      Key: keyOf(job),
      ConditionExpression: "fence = :mine",
      ExpressionAttributeValues: { ":mine": fence },
    },
  },
  refused: lost,
});

/** Notes how far it is and goes on holding; without a cursor it is done, and the lease is given up. */
export async function note(
  { job, fence }: Lease,
  of: { cursor?: Item; until: string } | { completedAt: string },
): Promise<void> {
  const done = "completedAt" in of;
  await dynamo.commit([
    {
      table,
      write: {
        Update: {
          Key: keyOf(job),
          UpdateExpression: done
            ? "SET #until = :at, completedAt = :at REMOVE #cursor"
            : of.cursor
              ? "SET #until = :until, #cursor = :cursor"
              : "SET #until = :until REMOVE #cursor",
          ConditionExpression: "fence = :mine",
          ExpressionAttributeNames: { "#until": "until", "#cursor": "cursor" },
          ExpressionAttributeValues: {
            ":mine": fence,
            ...(done ? { ":at": of.completedAt } : { ":until": of.until }),
            ...(!done && of.cursor && { ":cursor": of.cursor }),
          },
        },
      },
      refused: lost,
    },
  ]);
}
