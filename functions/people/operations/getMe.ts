import { peopleRoutes } from "#shared/people/contract.ts";
import { openPerson } from "#shared/people/profiles.ts";
import { callersPerson } from "#shared/people/store.ts";
import { profileView } from "#shared/people/views.ts";
import { operation } from "#shared/platform/operation.ts";

/** The caller's own profile. */
export const getMe = operation(peopleRoutes.getMe)(async ({ caller }) => {
  const person = await callersPerson(caller.sub);
  const { fields } = await openPerson(person);
  return {
    status: 200,
    body: profileView(person, fields.name),
    headers: { etag: `"${person.version}"` },
  };
});
