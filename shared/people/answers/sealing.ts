import type { Part } from "#shared/platform/database.ts";
import { Refusal } from "#shared/platform/problem.ts";
import type { Instant } from "#shared/platform/time.ts";
import { openAnswers, openPersonKey, sealAnswers } from "../personalData.ts";
import { peopleProblems } from "../problems.ts";
import { findKey } from "../store.ts";
import { type AnswersItem, findAnswers, listAnswers, planAnswers } from "./store.ts";

export type Answers = Readonly<Record<string, string | number>>;

interface GivenAnswers {
  personId: string;
  answers: Answers;
  health: Answers;
}

const isAnswered = (answers: Answers): boolean => Object.keys(answers).length > 0;

async function keyOf(personId: string): Promise<Uint8Array | undefined> {
  const stored = await findKey(personId);
  return stored && openPersonKey(personId, stored);
}

/** The parts that keep what participants answered, each under their own key. Refuses `profile-missing`. */
export async function answerParts(
  event: { eventId: string; endsAt: Instant },
  given: readonly GivenAnswers[],
): Promise<Part[]> {
  const { eventId, endsAt } = event;
  const parts = given.map(async ({ personId, answers, health }) => {
    const key = await keyOf(personId);
    if (!key) throw new Refusal(peopleProblems.profileMissing);
    const seal = (what: "answers" | "health", of: Answers) =>
      isAnswered(of) ? sealAnswers(key, { person: personId, event: eventId, what }, of) : undefined;
    const [sealed, sealedHealth] = await Promise.all([seal("answers", answers), seal("health", health)]);
    return planAnswers({
      personId,
      eventId,
      endsAt,
      ...(sealed && { answers: sealed }),
      ...(sealedHealth && { health: sealedHealth }),
    });
  });
  return (await Promise.all(parts)).flat();
}

async function open(key: Uint8Array, { personId, eventId, answers, health }: AnswersItem): Promise<Answers> {
  const opened = (what: "answers" | "health", sealed: Uint8Array | undefined) =>
    sealed ? openAnswers(key, { person: personId, event: eventId, what }, sealed) : {};
  return { ...(await opened("answers", answers)), ...(await opened("health", health)) };
}

/**
 * What persons answered for an event, by person; who answered nothing, or is erased, is not in it. At most 100. For
 * exports: whoever shows it notes the look in the audit log.
 */
export async function answersOf(
  personIds: readonly string[],
  eventId: string,
): Promise<ReadonlyMap<string, Answers>> {
  const found = await findAnswers(personIds, eventId);
  const opened = await Promise.all(
    found.map(async (item): Promise<[string, Answers][]> => {
      const key = item && (await keyOf(item.personId));
      return item && key ? [[item.personId, await open(key, item)]] : [];
    }),
  );
  return new Map(opened.flat());
}

/** Everything a person answered, event by event. */
export async function answersOfPerson(
  personId: string,
  key: Uint8Array,
): Promise<{ eventId: string; answers: Record<string, string | number> }[]> {
  const items = await listAnswers(personId);
  return Promise.all(
    items.map(async (item) => ({ eventId: item.eventId, answers: { ...(await open(key, item)) } })),
  );
}
