import { registrationRoutes } from "#shared/registration/contract.ts";
import { good, publishedEvent, signUp } from "#test/support/service.ts";
import { aChild, aCitizen } from "../people.ts";
import type { CostSheet } from "../sheet.ts";
import { place } from "./rush.ts";

const GROUP = "grp_01J00000000000000000000000";
const EVENT = "evt_01J00000000000000000000000";
const key = () => crypto.randomUUID();

export async function placeCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  const { call: me } = await aCitizen(service);
  const event = await publishedEvent(service);
  const pressed = key();
  await sheet.costs("signUp", "a place", "201", () => place(event, me, {}, pressed));
  await sheet.costs("signUp", "a place, repeated", "201", () => place(event, me, {}, pressed));
  await sheet.costs("signUp", "under another key", "409 already-signed-up", () => place(event, me));

  const participantId = await aChild(me);
  const pressedForChild = key();
  const forChild = () => place(event, me, { participantId }, pressedForChild);
  await sheet.costs("signUp", "a place for a child", "201", forChild);
  await sheet.costs("signUp", "a place for a child, repeated", "201", forChild);

  const { call: parent, personId } = await aCitizen(service);
  const participantIds = [personId, await aChild(parent), await aChild(parent)];
  await sheet.costs("signUp", "three places, all or none", "201", () =>
    place(event, parent, { participantIds }),
  );

  const { call: again } = await aCitizen(service);
  const { registrationId } = await good(signUp(again, event.path, event.groupIds[0] ?? ""));
  await good(again(registrationRoutes.cancelRegistration, { path: { registrationId } }));
  await sheet.costs("signUp", "a place again after a cancellation", "201", () => place(event, again));

  const groups = [{ name: "成人组", capacity: 10 }];
  const { call: other } = await aCitizen(service);
  const limited = await publishedEvent(service, { groups, capacity: 5 });
  await sheet.costs("signUp", "a place, the event holds fewer than its groups", "201", () =>
    place(limited, other),
  );
  const flowsBackAt = "2026-06-30T00:00:00.000Z";
  const pools = [{ name: "女子", capacity: 4, rule: { sex: "female" }, flowsBackAt }];
  const pooled = await publishedEvent(service, { groups: [{ name: "成人组", capacity: 10, pools }] });
  await sheet.costs("signUp", "a place, the group has a pool", "201", () => place(pooled, other));
  const tokened = await publishedEvent(service);
  const { queueToken } = await good(other(registrationRoutes.createQueueToken, { path: tokened.path }));
  await sheet.costsAtOnce("signUp", "a place, with a queue token", "201", () =>
    place(tokened, other, { queueToken }),
  );
}

export async function refusalCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  const { call: first } = await aCitizen(service);
  const { call: me } = await aCitizen(service);
  const one = [{ name: "成人组", capacity: 1 }];
  const full = await publishedEvent(service, { groups: one });
  await good(signUp(first, full.path, full.groupIds[0] ?? ""));
  await sheet.costs("signUp", "full", "409 event-full", () => place(full, me));

  const waited = await publishedEvent(service, { groups: one, waitlist: true });
  await good(signUp(first, waited.path, waited.groupIds[0] ?? ""));
  await sheet.costs("signUp", "full, waits", "201", () => place(waited, me, { waitlist: true }));

  const early = await publishedEvent(service, { signUpOpensAt: "2026-06-20T00:00:00.000Z" });
  await sheet.costs("signUp", "not open yet", "409 signup-not-open", () => place(early, me));
  const seniors = await publishedEvent(service, { groups: [{ ...one[0], minAge: 90 }] });
  await sheet.costs("signUp", "too young", "422 not-eligible", () => place(seniors, me));
  await sheet.costs("signUp", "somebody the caller does not act for", "404 not-found", () =>
    place(early, me, { participantId: "per_01J00000000000000000000000" }),
  );
  await sheet.costs("signUp", "a group the event has not", "422 unknown-group", () =>
    place({ ...seniors, groupIds: [GROUP] }, first),
  );
  await sheet.costs("signUp", "an event that is not", "404 not-found", () =>
    place({ ...early, path: { eventId: EVENT } }, me),
  );
  const stranger = service.as("bench-stranger", ["citizen"]);
  await sheet.costs("signUp", "no profile yet", "404 profile-missing", () => place(early, stranger));
}
