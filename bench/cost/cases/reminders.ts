import { peopleRoutes } from "#shared/people/contract.ts";
import { good, publishedEvent, signUp } from "#test/support/service.ts";
import { aCitizen, anInvitation, citizens } from "../people.ts";
import { type CostSheet, deliver, sentDuring } from "../sheet.ts";
import { registered } from "./changes.ts";
import { tick } from "./jobs.ts";
import { PLENTY, place, rushEvent, WORKER } from "./rush.ts";

const JOB = "jobs/remindParticipants";
const DAY = 86_400;
const HOUR = 3_600;
const PEOPLE = 10;

/** What those are told who were signed up by somebody else, at once and in turn. */
async function proxiedCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  const [relative, elder] = [await aCitizen(service), await aCitizen(service)];
  const invitationCode = await anInvitation(elder.call);
  await good(relative.call(peopleRoutes.addDependant, { body: { relation: "elder", invitationCode } }));
  const { personId: participantId } = elder;
  const { path, groupIds } = await publishedEvent(service);
  await sheet.costs("signUp", "for an elder, who is told", "201", () =>
    signUp(relative.call, path, groupIds[0] ?? "", { participantId }),
  );
  const rush = await rushEvent(sheet, PLENTY);
  const { bodies } = await sentDuring(() => good(place(rush, relative.call, { participantId })));
  await sheet.costs(WORKER, "1 sign-up for an elder, who is told", "200", () => deliver(WORKER, bodies));
}

/** Reminders: by day, since nobody is reminded at night. */
export async function reminderCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  await proxiedCases(sheet);
  const sweep = () => deliver(JOB, [tick("remindParticipants")]);
  // Eight in the morning.
  sheet.toNext(DAY);
  await sheet.costs(JOB, "no event begins soon", "200", sweep);
  const at = (hours: number) => new Date(sheet.now.getTime() + hours * HOUR * 1_000).toISOString();
  const [startsAt, endsAt] = [at(30), at(32)];
  const event = await publishedEvent(service, {
    startsAt,
    endsAt,
    signUpClosesAt: startsAt,
    groups: [{ name: "成人组", capacity: 50 }],
  });
  for (const entrant of await citizens(service, PEOPLE)) await registered(event, entrant);
  sheet.later(7 * HOUR);
  await sheet.costs(JOB, `1 event, ${PEOPLE} people to be told`, "200", sweep);
  await sheet.costs(JOB, "1 event, all were told", "200", sweep);
  sheet.later(8 * HOUR);
  await sheet.costs(JOB, "in quiet hours", "200", sweep);
}
