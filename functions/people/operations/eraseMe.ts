import { peopleRoutes } from "#shared/people/contract.ts";
import { erasureAnswer } from "#shared/people/erasure.ts";
import { planLeftChild, settled } from "#shared/people/family.ts";
import {
  callersPerson,
  listDependants,
  listGuardians,
  planErasure,
  planUnlink,
} from "#shared/people/store.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { operation } from "#shared/platform/operation.ts";
import { listRegistrationsOf } from "#shared/registration/store.ts";

/** Erases the caller, and the children for whom nobody else answers. Places they hold are given back by a job. */
export const eraseMe = operation(peopleRoutes.eraseMe)(async ({ caller, now }) => {
  const { kept, bans } = await settled(async () => {
    const me = await callersPerson(caller.sub);
    const [links, proxies] = await Promise.all([listDependants(me.personId), listGuardians(me.personId)]);
    const children = links.filter(({ relation }) => relation === "child");
    const left = await Promise.all(
      children.map(({ dependantId }) => planLeftChild(me.personId, dependantId, now)),
    );
    const erased = [me, ...left.flatMap((child) => child.erased ?? [])];
    const registrations = await Promise.all(erased.map(({ personId }) => listRegistrationsOf(personId)));
    await dynamo.commit([
      ...planErasure(me, now.toISOString()),
      ...left.flatMap(({ parts }) => parts),
      ...links.flatMap((link) => planUnlink(link, false)),
      ...proxies.flatMap((link) => planUnlink(link, true)),
    ]);
    const bans = erased.filter(({ ban }) => ban && ban.until > now.toISOString()).length;
    return { kept: registrations.flat().length, bans };
  });
  return { status: 202, body: erasureAnswer(now, kept, bans) };
});
