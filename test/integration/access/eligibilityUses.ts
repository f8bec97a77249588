import { expect } from "vitest";
import { runJob } from "#local/localRoutes.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { forgetDecided } from "#shared/policies/reading.ts";
import { childInput } from "../../support/family.ts";
import { citizen, good, publishedEvent, signUp, type TestService } from "../../support/service.ts";

const statements = [{ statementId: "health", version: "1", title: "健康", text: "同意。", kind: "health" }];
const questions = [
  { questionId: "size", title: "尺码", kind: "text", purpose: "equipment" },
  { questionId: "heart", title: "病史", kind: "text", purpose: "health" },
];

/** How functions use what only sign-ups with answers need, and families. */
export function eligibilityUses(service: () => TestService): [string, () => Promise<void>][] {
  const answered = async () => {
    const { path, groupIds } = await publishedEvent(service(), { statements, questions });
    const somebody = await citizen(service());
    const answers = { size: "L", heart: "无" };
    const consents = [{ statementId: "health", version: "1" }];
    await good(signUp(somebody.call, path, groupIds[0] ?? "", { answers, consents }));
    return somebody;
  };
  return [
    [
      "answers of somebody who is then erased",
      async () => {
        const { call } = await answered();
        await good(call(peopleRoutes.getMyData, { query: {} }));
        await good(call(peopleRoutes.eraseMe, {}));
        expect(await runJob("releaseErased")).toBe(true);
      },
    ],
    [
      "answers whose time is over, those about health before the others",
      async () => {
        await answered();
        const now = service().clock.now();
        for (const days of [61, 400]) {
          service().clock.set(new Date(now.getTime() + days * 86_400_000));
          forgetDecided();
          expect(await runJob("eraseAnswers")).toBe(true);
        }
        service().clock.set(now);
      },
    ],
    [
      "the limits of a family, whoever is the first to read them",
      async () => {
        forgetDecided();
        const { call } = await citizen(service());
        const added = good(call(peopleRoutes.addDependant, { body: childInput() }));
        expect(await added).toMatchObject({ relation: "child" });
      },
    ],
  ];
}
