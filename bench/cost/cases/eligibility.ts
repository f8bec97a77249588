import { answerParts } from "#shared/people/answers/sealing.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { publishedEvent, signUp } from "#test/support/service.ts";
import { aChild, aCitizen, consentVersion } from "../people.ts";
import { type CostSheet, deliver } from "../sheet.ts";
import { tick } from "./jobs.ts";

const statements = [
  { statementId: "waiver", version: "1", title: "责任", text: "自愿参赛。", kind: "waiver" },
  { statementId: "health", version: "1", title: "健康", text: "同意。", kind: "health" },
];
const consents = statements.map(({ statementId, version }) => ({ statementId, version }));
const questions = [
  { questionId: "size", title: "尺码", kind: "text", purpose: "equipment", required: true },
  { questionId: "heart", title: "病史", kind: "text", purpose: "health" },
];
const answers = { size: "L", heart: "无" };

const enter = (
  { path, groupIds }: Awaited<ReturnType<typeof publishedEvent>>,
  by: Parameters<typeof signUp>[0],
  of: Parameters<typeof signUp>[3],
) => signUp(by, path, groupIds[0] ?? "", of);

/** Sign-ups with statements and answers, and how answers end. */
export async function eligibilityCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  const { call: me, personId } = await aCitizen(service);
  const signed = await publishedEvent(service, { statements });
  await sheet.costs("signUp", "a place, two statements", "201", () => enter(signed, me, { consents }));
  const asking = await publishedEvent(service, { statements, questions });
  await sheet.costs("signUp", "a place, two statements and answers", "201", () =>
    enter(asking, me, { consents, answers }),
  );
  const together = await publishedEvent(service, { statements, questions });
  const participantIds = [personId, await aChild(me)];
  await sheet.costs("signUp", "two places, each with answers", "201", () =>
    enter(together, me, { participantIds, consents, answers }),
  );
  const { call: other } = await aCitizen(service);
  await sheet.costs("signUp", "a question is not answered", "422 invalid-answers", () =>
    enter(asking, other, { consents }),
  );
  await sheet.costs("getMyData", "own, with answers for two events", "200", () =>
    me(peopleRoutes.getMyData, { query: {} }),
  );
  const sweep = () => deliver("jobs/eraseAnswers", [tick("eraseAnswers")]);
  await sheet.costs("jobs/eraseAnswers", "nothing is over", "200", sweep);
  // Of an event that ended long ago.
  const ended = { eventId: "evt_01J00000000000000000000000", endsAt: "2025-01-01T00:00:00.000Z" };
  await dynamo.commit(await answerParts(ended, [{ personId, answers, health: answers }]));
  await sheet.costs("jobs/eraseAnswers", "one person's, about health and the rest", "200", sweep);
}

/** A child's other guardian. */
export async function guardianCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  const { call: me } = await aCitizen(service);
  const { call: other } = await aCitizen(service);
  const personId = await aChild(me);
  const path = { personId };
  const pressed = { path, idempotencyKey: crypto.randomUUID() };
  const answer = await sheet.costs("inviteGuardian", "a code", "201", () =>
    me(peopleRoutes.inviteGuardian, pressed),
  );
  const invitationCode = answer.ok ? answer.body.invitationCode : "";
  const guardianConsent = { version: consentVersion, given: true } as const;
  await sheet.costs("addDependant", "a child whose other guardian asked", "201", () =>
    other(peopleRoutes.addDependant, {
      body: { relation: "shared-child", invitationCode, guardianConsent },
    }),
  );
  await sheet.costs("inviteGuardian", "both act already", "409 too-many-guardians", () =>
    me(peopleRoutes.inviteGuardian, { path }),
  );
  await sheet.costs("listGuardians", "two", "200", () => me(peopleRoutes.listGuardians, { path }));
  await sheet.costs("removeDependant", "a child who has another guardian", "200", () =>
    me(peopleRoutes.removeDependant, { path }),
  );
}
