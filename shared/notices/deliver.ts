import { openPerson } from "#shared/people/profiles.ts";
import { findPerson } from "#shared/people/store.ts";
import { clock } from "#shared/platform/clock.ts";
import { Unavailable } from "#shared/platform/database.ts";
import { env } from "#shared/platform/env.ts";
import { log, traceOf } from "#shared/platform/logger.ts";
import { notices as policies } from "#shared/policies/definitions/notices.ts";
import { policy } from "#shared/policies/reading.ts";
import type { Notice } from "./model.ts";
import { type Outcome, senders } from "./port.ts";
import { parametersFor } from "./render.ts";
import { begun, channelDue, failed, notSent, postponed, quietUntil, received, sent } from "./rules.ts";
import { emptyInbox, findMessage, outIdOf, step } from "./store.ts";
import { type Channel, channels } from "./template.ts";
import { templates } from "./templates.ts";

/** What the provider of a channel calls a template; by our own name where nothing else is configured. */
const providersName = (channel: Channel, { template }: Notice): string =>
  env().NOTICE_TEMPLATES[channel]?.[template] ?? template;

/**
 * Sends one message. The person's address is opened here, handed to the provider and kept nowhere. `erased` when
 * there is nobody to send it to.
 */
async function sendTo(notice: Notice, channel: Channel): Promise<Outcome | "erased"> {
  const person = await findPerson(notice.personId, true);
  if (!person) return "erased";
  const sender = senders()[channel];
  const to = sender.addressOf((await openPerson(person)).fields);
  if (to === undefined) return { outcome: "refused", reason: "no-address", permanent: true };
  const parameters = parametersFor(channel, notice.template, notice.facts);
  const outId = outIdOf(notice, channel);
  return sender.send({ to, template: providersName(channel, notice), parameters, outId });
}

/** The notice after an attempt on a channel, or `undefined` where its person is no more. */
async function attempted(notice: Notice, channel: Channel): Promise<Notice | undefined> {
  try {
    const said = await sendTo(notice, channel);
    const now = clock.now();
    if (said === "erased") return undefined;
    if (said.outcome === "accepted") return sent(notice, channel, said.providerId, now);
    return said.permanent
      ? failed(notice, channel, said.reason, now)
      : notSent(notice, channel, said.reason, now);
  } catch (error) {
    if (!(error instanceof Unavailable)) log("notice-failed", { channel, trace: traceOf(error) });
    // It may have been sent: the next attempt is under the same name.
    return notSent(notice, channel, "no-answer", clock.now());
  }
}

/**
 * Brings a notice to its person, if that is due, by the channel whose turn it is and those after it. Of several that
 * do so at once one sends: each step is counted before it is taken, on condition that nobody else took it.
 */
export async function deliver(found: Notice | undefined): Promise<void> {
  let notice = found;
  while (notice?.dueAt !== undefined && notice.dueAt <= clock.now().toISOString()) {
    const now = clock.now();
    const quiet = quietUntil(now, (await policy(policies.quietHours)).value);
    if (quiet !== undefined && !templates[notice.template].urgent) {
      await step(notice, postponed(notice, quiet));
      return;
    }
    const channel = channelDue(notice);
    if (!channel) throw new Error("a notice is due that no channel is left for");
    const under: Notice = begun(notice, channel, now);
    if (!(await step(notice, under))) return;
    notice = under;
    if (channelDue(under) !== channel) continue;
    const after = await attempted(under, channel);
    if (!after) return emptyInbox(under.personId);
    if (!(await step(under, after))) return;
    notice = after;
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
