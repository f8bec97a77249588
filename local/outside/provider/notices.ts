import { randomUUID } from "node:crypto";
import { type Notice, shanghaiTime } from "./books.ts";
import { seal, signatureOf, signerOf } from "./identity.ts";
import type { Sandbox } from "./sandbox.ts";

const ANSWERS_WITHIN_MS = 5_000;
const MINUTE = 60;
const HOUR = 3_600;
/** Seconds between attempts; after the last it is given up. */
const PAUSES = [
  15,
  15,
  30,
  3 * MINUTE,
  10 * MINUTE,
  20 * MINUTE,
  30 * MINUTE,
  30 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  3 * HOUR,
  3 * HOUR,
  6 * HOUR,
  6 * HOUR,
];

export type When = "now" | "never" | "late";

/** Writes a notification, to be sent when it is due. */
export function notify(
  sandbox: Sandbox,
  of: { eventType: string; originalType: string; url: string; resource: object; when?: When },
): Notice {
  const { books, identity, clock } = sandbox;
  const { eventType, originalType, url, resource, when = "now" } = of;
  const id = randomUUID();
  const late = when === "late" ? books.config.lateSeconds : 0;
  const notice: Notice = {
    id,
    eventType,
    url,
    attempts: 0,
    body: JSON.stringify({
      id,
      create_time: shanghaiTime(clock.now()),
      resource_type: "encrypt-resource",
      event_type: eventType,
      summary: eventType,
      resource: { original_type: originalType, ...seal(identity, JSON.stringify(resource), originalType) },
    }),
    ...(when !== "never" && url !== "" && { nextAt: after(clock.now(), late) }),
  };
  books.notices.push(notice);
  return notice;
}

const after = (now: Date, seconds: number): string => new Date(now.getTime() + seconds * 1_000).toISOString();

/** A notification as it is sent now. */
export const signed = ({ books, identity, clock }: Sandbox, { body }: Notice) => ({
  headers: {
    "content-type": "application/json",
    "user-agent": "Mozilla/4.0",
    ...signatureOf(signerOf(identity, books.config.signs), body, clock.now()),
  },
  body,
});

/** Sends it once, newly signed. */
export async function send(sandbox: Sandbox, notice: Notice): Promise<number> {
  return fetch(notice.url, {
    method: "POST",
    ...signed(sandbox, notice),
    signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
  }).then(
    async (response) => {
      await response.arrayBuffer();
      return response.status;
    },
    () => 0,
  );
}

/** On their way, so that nobody sends them beside. */
const underway = new Set<string>();

async function attempt(sandbox: Sandbox, notice: Notice): Promise<void> {
  if (underway.has(notice.id)) return;
  underway.add(notice.id);
  try {
    const status = await send(sandbox, notice);
    notice.attempts += 1;
    notice.lastStatus = status;
    const pause = PAUSES[notice.attempts - 1];
    if ((status >= 200 && status < 300) || pause === undefined) delete notice.nextAt;
    else notice.nextAt = after(sandbox.clock.now(), pause);
  } finally {
    underway.delete(notice.id);
  }
}

/** Sends what is due, or everything that is still to be sent; in the order in which it happened. */
export async function deliver(sandbox: Sandbox, which: "due" | "all"): Promise<Notice[]> {
  const now = sandbox.clock.now().toISOString();
  const open = sandbox.books.notices.filter(
    ({ nextAt }) => nextAt !== undefined && (which === "all" || nextAt <= now),
  );
  for (const notice of open) await attempt(sandbox, notice);
  return open;
}

/** What a control answers of notifications. */
export const told = ({ id, eventType, attempts, lastStatus, nextAt }: Notice) => ({
  id,
  eventType,
  attempts,
  ...(lastStatus !== undefined && { lastStatus }),
  ...(nextAt !== undefined && { nextAt }),
});
