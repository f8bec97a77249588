import type { Client } from "#shared/client.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { good, publishedEvent } from "#test/support/service.ts";
import { aChild, citizens } from "../people.ts";
import type { CostSheet } from "../sheet.ts";

type Event = Awaited<ReturnType<typeof publishedEvent>>;
const one = [{ name: "成人组", capacity: 1 }];

/** Signs up, waiting if need be; answers the registration's path. */
export async function registered(
  { path, groupIds }: Event,
  me: Client,
  waitlist = false,
  participantId?: string,
) {
  const body = {
    groupId: groupIds[0] ?? "",
    waitlist,
    ...(participantId !== undefined && { participantId }),
  };
  const { registrationId } = await good(me(registrationRoutes.signUp, { path, body }));
  return { registrationId };
}

/** An event of one place that the first of three people has and for which the two others wait. */
export async function queueOfTwo(sheet: CostSheet, of: Record<string, unknown> = {}) {
  const people = await citizens(sheet.service, 3);
  const event = await publishedEvent(sheet.service, { groups: one, waitlist: true, ...of });
  const paths: { registrationId: string }[] = [];
  for (const me of people) {
    // One after the other, so that it is the same who is first in every run.
    sheet.later(1);
    paths.push(await registered(event, me, true));
  }
  const [holder, next, last] = people as [Client, Client, Client];
  const [held, waiting, behind] = paths as [(typeof paths)[0], (typeof paths)[0], (typeof paths)[0]];
  return { event, holder, next, last, held, waiting, behind };
}

export async function cancelCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  const cancelling = (me: Client, path: { registrationId: string }, idempotencyKey?: string) => () =>
    me(registrationRoutes.cancelRegistration, {
      path,
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    });
  const cancel = (name: string, me: Client, path: { registrationId: string }) =>
    sheet.costs("cancelRegistration", name, "200", cancelling(me, path));

  const [me, other] = (await citizens(service, 2)) as [Client, Client];
  const event = await publishedEvent(service);
  const mine = await registered(event, me);
  const key = crypto.randomUUID();
  await sheet.costs("cancelRegistration", "a place", "200", cancelling(me, mine, key));
  await sheet.costs("cancelRegistration", "a place, repeated", "200", cancelling(me, mine, key));
  await cancel("cancelled before", me, mine);
  await sheet.costs("cancelRegistration", "somebody else's", "404 not-found", cancelling(other, mine));
  const participantId = await aChild(me);
  await cancel("a child's place", me, await registered(event, me, false, participantId));
  const limited = await publishedEvent(service, { groups: [{ name: "成人组", capacity: 10 }], capacity: 5 });
  await cancel("a place, the event holds fewer than its groups", me, await registered(limited, me));
  const late = await publishedEvent(service, { cancelUntil: "2026-06-02T00:00:00.000Z" });
  const kept = await registered(late, me);
  await sheet.costs("cancelRegistration", "too late", "409 cancel-closed", cancelling(me, kept));

  const alone = await publishedEvent(service, { groups: one, waitlist: true });
  await cancel("a place for which nobody waits", me, await registered(alone, me));
  const queue = await queueOfTwo(sheet);
  await cancel("a place that is offered to who waits", queue.holder, queue.held);
  const left = await queueOfTwo(sheet);
  await cancel("who waits", left.last, left.behind);
  const groups = [...one, { name: "少年组", capacity: 5 }, { name: "长者组", capacity: 5 }];
  const grouped = await queueOfTwo(sheet, { groups });
  await cancel("a place that is offered to who waits, three groups", grouped.holder, grouped.held);
}

export async function offerCases(sheet: CostSheet): Promise<void> {
  const accepting = (me: Client, path: { registrationId: string }, idempotencyKey: string) => () =>
    me(registrationRoutes.acceptOffer, { path, idempotencyKey });
  const declining = (me: Client, path: { registrationId: string }) => () =>
    me(registrationRoutes.declineOffer, { path });
  /** The place was given back, and the first who waits has the offer. */
  const offered = async () => {
    const queue = await queueOfTwo(sheet);
    await good(queue.holder(registrationRoutes.cancelRegistration, { path: queue.held }));
    return queue;
  };
  const { next, waiting, last, behind } = await offered();
  const key = crypto.randomUUID();
  await sheet.costs("getRegistration", "waits", "200", () =>
    last(registrationRoutes.getRegistration, { path: behind, query: {} }),
  );
  await sheet.costs("acceptOffer", "an offer", "200", accepting(next, waiting, key));
  await sheet.costs("acceptOffer", "an offer, repeated", "200", accepting(next, waiting, key));
  await sheet.costs("acceptOffer", "who waits", "409 no-offer", accepting(last, behind, key));
  const declined = await offered();
  await sheet.costs(
    "declineOffer",
    "an offer, which the next gets",
    "200",
    declining(declined.next, declined.waiting),
  );
  await sheet.costs("declineOffer", "who waits", "409 no-offer", declining(last, behind));
  const lapsed = await offered();
  sheet.later(86_400);
  await sheet.costs(
    "acceptOffer",
    "too late",
    "409 offer-expired",
    accepting(lapsed.next, lapsed.waiting, key),
  );
}
