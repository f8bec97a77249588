import { peopleRoutes } from "#shared/people/contract.ts";
import { createPerson } from "#shared/people/desk/adoption.ts";
import { readProfile } from "#shared/people/profile.ts";
import { correctPerson } from "#shared/people/profiles.ts";
import { AccountTaken, findPerson, personIdOfAccount } from "#shared/people/store.ts";
import { profileView } from "#shared/people/views.ts";
import { operation } from "#shared/platform/operation.ts";
import { businessDate } from "#shared/platform/time.ts";

/** Creates the caller's profile, adopts the one that a desk made, or corrects name and phone of the one there is. */
export const putMe = operation(peopleRoutes.putMe)(async ({ caller, body, now, version }) => {
  const written = readProfile(body, businessDate(now));
  const save = async () => {
    const personId = await personIdOfAccount(caller.sub, true);
    const standing = personId === undefined ? undefined : await findPerson(personId, true);
    return standing
      ? correctPerson(standing, written, version)
      : createPerson(written, { sub: caller.sub }, now);
  };
  const { person, name } = await save().catch((error: unknown) => {
    if (error instanceof AccountTaken) return save();
    throw error;
  });
  return { status: 200, body: profileView(person, name), headers: { etag: `"${person.version}"` } };
});
