import type { FieldError } from "#shared/platform/problem.ts";
import type { Group, SportEvent } from "../model.ts";
import { relativeQuestions, takesAnswers } from "./answerRules.ts";

type Refuse = (pointer: string, zh: string, en: string) => void;
type Ages = { minAge?: number | undefined; maxAge?: number | undefined };

/** The most people in one sign-up. */
const PARTY = 10;

const backwards = ({ minAge, maxAge }: Ages) => (minAge ?? 0) > (maxAge ?? 120);

const covers = (wider: Ages = {}, narrower: Ages = {}) =>
  (wider.minAge ?? 0) <= (narrower.minAge ?? 0) && (wider.maxAge ?? 120) >= (narrower.maxAge ?? 120);

function groupConditions(group: Group, at: number, refuse: Refuse): void {
  const where = `/groups/${at}`;
  if (backwards(group)) refuse(`${where}/maxAge`, "最大年龄不能小于最小年龄", "must not be below minAge");
  for (const [pool, { rule }] of group.pools.entries())
    if (backwards(rule))
      refuse(`${where}/pools/${pool}/rule/maxAge`, "最大年龄不能小于最小年龄", "must not be below minAge");
  const { party, participantsMax } = group;
  if (!party) return;
  const { adults, children, childUnder } = party;
  for (const [name, { min, max }] of Object.entries({ adults, children }))
    if (min > max) refuse(`${where}/party/${name}`, "人数上限不能小于下限", "max must not be below min");
  if (adults.min + children.min > Math.min(participantsMax ?? PARTY, PARTY))
    refuse(`${where}/party`, "人数超过一次报名的上限", "is more than sign up at once");
  if ((group.minAge ?? 0) >= childUnder || (group.maxAge ?? 120) < childUnder)
    refuse(
      `${where}/party`,
      "组别的年龄条件排除了儿童或成人",
      "the group's ages leave no children or no adults",
    );
}

const repeated = (ids: readonly string[]) => new Set(ids).size < ids.length;

function statementsAndQuestions({ statements, questions }: SportEvent, refuse: Refuse): void {
  if (repeated(statements.map(({ statementId }) => statementId)))
    refuse("/statements", "声明编号不能重复", "ids of statements must differ");
  if (repeated([...questions, ...relativeQuestions].map(({ questionId }) => questionId)))
    refuse("/questions", "问题编号不能重复", "ids of questions must differ, and from relative-name, -phone");
  for (const [name, list] of Object.entries({ statements, questions }))
    for (const [at, { appliesTo }] of list.entries())
      if (appliesTo && backwards(appliesTo))
        refuse(`/${name}/${at}/appliesTo`, "最大年龄不能小于最小年龄", "maxAge must not be below minAge");
  for (const [at, { kind, options, purpose, appliesTo, required }] of questions.entries()) {
    if ((kind === "choice") !== (options !== undefined) || repeated(options ?? []))
      refuse(
        `/questions/${at}/options`,
        "选择题须有互不相同的选项，其他问题没有",
        "differ, of a choice only",
      );
    const consents = statements.filter((one) => one.kind === "health" && covers(one.appliesTo, appliesTo));
    if (purpose === "health" && !consents.some((one) => one.required || !required))
      refuse(
        `/questions/${at}/purpose`,
        "健康问题须有适用于同一人群的健康声明（单独同意）；必答的，声明也须必签",
        "what is asked about health needs a statement of kind health for the same people, required if the question is",
      );
  }
}

/** What contradicts itself in whom an event admits and what it asks of them. */
export function contradictoryConditions(event: SportEvent): FieldError[] {
  const errors: FieldError[] = [];
  const refuse: Refuse = (pointer, zh, en) => errors.push({ pointer, message: { zh, en } });
  for (const [at, group] of event.groups.entries()) groupConditions(group, at, refuse);
  statementsAndQuestions(event, refuse);
  // Answers are personal data and would lie open in the queue.
  if (event.mode === "queued" && takesAnswers(event))
    refuse("/mode", "有问题或亲属声明的赛事须即时办理", "an event that takes answers is served at once");
  return errors;
}
