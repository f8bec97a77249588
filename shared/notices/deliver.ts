import type { PersonalFields } from "#shared/people/personalData.ts";
import { openPerson } from "#shared/people/profiles.ts";
import { findPerson } from "#shared/people/store.ts";
import { clock } from "#shared/platform/clock.ts";
import { Unavailable } from "#shared/platform/database.ts";
import { env } from "#shared/platform/env.ts";
import { log, traceOf } from "#shared/platform/logger.ts";
import { notices as policies } from "#shared/policies/definitions/notices.ts";
import { policy } from "#shared/policies/reading.ts";
import type { Notice } from "./model.ts";
import { senders } from "./port.ts";
import { parametersFor } from "./render.ts";
import { begun, channelDue, failed, notSent, postponed, quietUntil, received, sent } from "./rules.ts";
import { emptyInbox, findMessage, outIdOf, step } from "./store.ts";
import { type Channel, channels } from "./template.ts";
import { templates } from "./templates.ts";

/** What the provider of a channel calls a template; by our own name where nothing else is configured. */
const providersName = (channel: Channel, { template }: Notice): string =>
  env().NOTICE_TEMPLATES[channel]?.[template] ?? template;

/** A person's fields, to find an address in; kept nowhere. */
type Fields = PersonalFields | "erased" | "unopened";

async function fieldsOf({ personId }: Notice): Promise<Fields> {
  const person = await findPerson(personId, true);
  if (!person) return "erased";
  try {
    return (await openPerson(person)).fields;
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    log("notice-failed", { trace: traceOf(error) });
    return "unopened";
  }
}

/** The notice under way by the first channel that reaches its person, and that channel's address. */
function beginning(notice: Notice, fields: Fields, now: Date): { under: Notice; by?: Channel; to?: string } {
  let under = notice;
  for (let channel = channelDue(under); channel; channel = channelDue(under)) {
    const to = typeof fields === "string" ? undefined : senders()[channel].addressOf(fields);
    if (to === undefined && fields !== "unopened") {
      under = failed(under, channel, "no-address", now);
      continue;
    }
    under = begun(under, channel, now);
    // After its last attempt the turn has passed to the next.
    if (channelDue(under) === channel) return { under, by: channel, ...(to !== undefined && { to }) };
  }
  return { under };
}

/** The notice after its message was handed to the channel's provider. */
async function attempted(notice: Notice, channel: Channel, to: string): Promise<Notice> {
  const parameters = parametersFor(channel, notice.template, notice.facts);
  const outId = outIdOf(notice, channel);
  const template = providersName(channel, notice);
  const again = (notice.channels[channel]?.attempts ?? 1) > 1;
  try {
    const since = again && { since: notice.at };
    const said = await senders()[channel].send({ to, template, parameters, outId, ...since });
    if (said.outcome === "accepted") {
      const after = sent(notice, channel, said.providerId, clock.now());
      return (said.became && received(after, channel, said.became, clock.now())) ?? after;
    }
    return said.permanent
      ? failed(notice, channel, said.reason, clock.now())
      : notSent(notice, channel, said.reason, clock.now());
  } catch (error) {
    if (!(error instanceof Unavailable)) log("notice-failed", { trace: traceOf(error) });
    // It may have been sent: the next attempt is under the same name.
    return notSent(notice, channel, "no-answer", clock.now());
  }
}

const isDue = (notice: Notice): boolean =>
  notice.dueAt !== undefined && notice.dueAt <= clock.now().toISOString();

/**
 * Brings a notice to its person, if that is due, by the channel whose turn it is and those after it. Of several that
 * do so at once one sends: an attempt is counted before it is made, on condition that nobody else made one.
 */
export async function deliver(found: Notice | undefined): Promise<void> {
  let notice = found;
  while (notice && isDue(notice)) {
    const now = clock.now();
    const quiet = quietUntil(now, (await policy(policies.quietHours)).value);
    if (quiet !== undefined && !templates[notice.template].urgent) {
      await step(notice, postponed(notice, quiet));
      return;
    }
    const fields = await fieldsOf(notice);
    if (fields === "erased") return emptyInbox(notice.personId);
    const { under, by, to } = beginning(notice, fields, now);
    if (!(await step(notice, under)) || by === undefined || to === undefined) return;
    notice = await attempted(under, by, to);
    // What is as it was begun is due again as it was begun.
    if (notice !== under && !(await step(under, notice))) return;
  }
}

const ROUNDS = 5;

/**
 * What a provider says became of a message, by the name under which it was sent. A name that is none of ours is no
 * error: it may be of a person who was erased since.
 */
export async function deliveryReceipt(outId: string, state: "delivered" | "failed"): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const message = await findMessage(outId);
    const after = message && received(message.notice, message.channel, state, clock.now());
    if (!after || (await step(message.notice, after))) return;
  }
  throw new Unavailable("a receipt lost every race");
}

/** Takes the receipts that the providers keep for us. */
export async function takeReceipts(): Promise<void> {
  for (const channel of channels)
    await senders()[channel].receipts(({ outId, state }) => deliveryReceipt(outId, state));
}
