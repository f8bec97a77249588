import { peopleRoutes } from "#shared/people/contract.ts";
import { erasureAnswer } from "#shared/people/erasure.ts";
import {
  callersPerson,
  findPersons,
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
  const me = await callersPerson(caller.sub);
  const [links, proxies] = await Promise.all([listDependants(me.personId), listGuardians(me.personId)]);
  const childIds = links.filter(({ relation }) => relation === "child").map(({ dependantId }) => dependantId);
  const children = (await findPersons(childIds)).filter((child) => child !== undefined);
  const erased = [me, ...children];
  const kept = await Promise.all(erased.map(({ personId }) => listRegistrationsOf(personId)));
  await dynamo.commit([
    ...erased.flatMap((person) => planErasure(person, now.toISOString())),
    ...links.flatMap((link) => planUnlink(link, false)),
    ...proxies.flatMap((link) => planUnlink(link, true)),
  ]);
  const bans = erased.filter(({ ban }) => ban && ban.until > now.toISOString()).length;
  return { status: 202, body: erasureAnswer(now, kept.flat().length, bans) };
});
