import { answersOfPerson } from "#shared/people/answers/sealing.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { readForms } from "#shared/people/desk/papers.ts";
import { openPerson } from "#shared/people/profiles.ts";
import { callersPerson, findLink, findPerson, listConsents } from "#shared/people/store.ts";
import { consentView } from "#shared/people/views.ts";
import { operation } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { listRegistrationsOf } from "#shared/registration/store.ts";
import { viewOf } from "#shared/registration/views.ts";

/** All data about the caller or their child, to read and to take along (PIPL Art. 45). */
export const getMyData = operation(peopleRoutes.getMyData)(async ({ caller, query, now }) => {
  const me = await callersPerson(caller.sub);
  const asked = query.personId ?? me.personId;
  const link = asked === me.personId ? undefined : await findLink(me.personId, asked);
  const person = asked === me.personId ? me : link?.relation === "child" && (await findPerson(asked, true));
  if (!person) throw new Refusal(problems.notFound);
  const { fields, key } = await openPerson(person);
  const [answers, consents, registrations] = await Promise.all([
    answersOfPerson(person.personId, key),
    listConsents(person.personId),
    listRegistrationsOf(person.personId),
  ]);
  return {
    status: 200,
    body: {
      ...person,
      ...fields,
      answers,
      consents: consents.map(consentView),
      forms: await readForms(person.personId, key),
      registrations: registrations.map((registration) => viewOf(registration, now)),
    },
  };
});
