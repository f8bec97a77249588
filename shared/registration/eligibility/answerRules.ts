import { normaliseName, normalisePhone } from "#shared/people/profile.ts";
import { type Bilingual, type FieldError, Refusal } from "#shared/platform/problem.ts";
import { isCalendarDate } from "#shared/platform/time.ts";
import type { SportEvent } from "../model.ts";
import { registrationProblems } from "../problems.ts";
import { type Agreed, agreedTo, applies, type Signer } from "./consentRules.ts";
import { eligibilityProblems } from "./problems.ts";

type Question = SportEvent["questions"][number];
type Asking = Pick<SportEvent, "startsAt" | "statements" | "questions">;

/** In the form of its question: numbers as numbers, dates `YYYY-MM-DD`, phones in their one spelling. */
export type Answer = string | number;
export type Answers = Readonly<Record<string, Answer>>;

/** The answers of one participant. Those about health lie apart, because they are kept for a shorter time. */
export interface ReadAnswers {
  personId: string;
  answers: Answers;
  health: Answers;
}

export interface WrittenAnswers {
  answers: Answers;
  answersFor: Readonly<Record<string, Answers>>;
}

/** Answered by an elder who signs up alone where a relative agrees for others. */
export const relativeQuestions: readonly Question[] = [
  {
    questionId: "relative-name",
    title: "亲属姓名",
    kind: "text",
    maxLength: 80,
    required: true,
    purpose: "safety",
  },
  { questionId: "relative-phone", title: "亲属电话", kind: "phone", required: true, purpose: "safety" },
];

/** Whether a sign-up for the event may carry answers: it is then served at once. */
export const takesAnswers = ({ questions, statements }: Pick<SportEvent, "questions" | "statements">) =>
  questions.length > 0 || statements.some(({ kind }) => kind === "relative");

const TEXT_LENGTH = 200;

const said = {
  required: { zh: "请回答", en: "must be answered" },
  unknown: { zh: "没有向参加者提出这个问题", en: "is not asked of the participant" },
  text: { zh: "请填写文字", en: "must be text" },
  choice: { zh: "请从选项中选择", en: "must be one of the options" },
  number: { zh: "请填写数字", en: "must be a number" },
  date: { zh: "请填写存在的日期（年-月-日）", en: "must be a date that exists, YYYY-MM-DD" },
  phone: { zh: "请填写电话号码", en: "must be a phone number" },
  name: { zh: "请填写姓名", en: "must be a name" },
} as const satisfies Record<string, Bilingual>;

const wellFormed = (read: () => string): string | undefined => {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
};

/** The answer in its one form, or what is wrong with it. */
function readAnswer({ questionId, kind, options = [], maxLength }: Question, written: Answer) {
  const wrong = (message: Bilingual) => ({ wrong: message });
  if (kind === "number")
    return typeof written === "number" && Number.isFinite(written) ? { answer: written } : wrong(said.number);
  if (typeof written !== "string") return wrong(said[kind]);
  const text = written.trim();
  if (kind === "choice") return options.includes(text) ? { answer: text } : wrong(said.choice);
  if (kind === "date") return isCalendarDate(text) ? { answer: text } : wrong(said.date);
  if (kind === "phone") {
    const phone = wellFormed(() => normalisePhone(text));
    return phone === undefined ? wrong(said.phone) : { answer: phone };
  }
  const most = maxLength ?? TEXT_LENGTH;
  if ([...text].length > most) return wrong({ zh: `最多 ${most} 个字`, en: `at most ${most} characters` });
  if (text === "") return wrong(said.text);
  if (questionId !== "relative-name") return { answer: text };
  const name = wellFormed(() => normaliseName(text));
  return name === undefined ? wrong(said.name) : { answer: name };
}

/** A name that nobody asked for may be personal data too, typed in the wrong place: only plain words are repeated. */
const shown = (questionId: string): string => (/^[a-z-]{1,40}$/.test(questionId) ? questionId : "*");

/** What is asked of one participant. */
function questionsFor(event: Asking, signer: Signer, agreed: Agreed): Question[] {
  const own = event.questions.filter((question) => applies(question, signer.birthDate, event));
  const alone = signer.as === "self" && agreedTo("relative", event, agreed[signer.personId]);
  return alone ? [...own, ...relativeQuestions] : own;
}

/**
 * The answers of each participant who gave any, in their one form. Refuses `invalid-answers` naming every question
 * that is not answered, not asked, or answered otherwise than it is asked; `consent-required` where something about
 * health is answered without the separate consent to it (PIPL Art. 29).
 */
export function readAnswers(
  event: Asking,
  signers: readonly Signer[],
  agreed: Agreed,
  { answers, answersFor }: WrittenAnswers,
): ReadAnswers[] {
  const errors: FieldError[] = [];
  const asked = signers.map((signer) => questionsFor(event, signer, agreed));
  const refuse = (pointer: string, message: Bilingual) => errors.push({ pointer, message });
  const known = new Set(asked.flat().map(({ questionId }) => questionId));
  for (const questionId of Object.keys(answers))
    if (!known.has(questionId)) refuse(`/answers/${shown(questionId)}`, said.unknown);
  const people = new Set(signers.map(({ personId }) => personId));
  for (const personId of Object.keys(answersFor))
    if (!people.has(personId)) refuse("/answersFor/*", said.unknown);
  const read = signers.map(({ personId }, at): ReadAnswers => {
    const own = answersFor[personId] ?? {};
    const questions = asked[at] ?? [];
    for (const questionId of Object.keys(own))
      if (!questions.some((question) => question.questionId === questionId))
        refuse(`/answersFor/${personId}/${shown(questionId)}`, said.unknown);
    const given = questions.flatMap((question): [Question, Answer][] => {
      const { questionId, required } = question;
      const written = own[questionId] ?? answers[questionId];
      const of = own[questionId] === undefined ? "/answers" : `/answersFor/${personId}`;
      if (written === undefined) {
        const where = signers.length > 1 ? `/answersFor/${personId}` : "/answers";
        if (required) refuse(`${where}/${questionId}`, said.required);
        return [];
      }
      const one = readAnswer(question, written);
      if ("answer" in one) return [[question, one.answer]];
      refuse(`${of}/${questionId}`, one.wrong);
      return [];
    });
    const about = (health: boolean): Answers =>
      Object.fromEntries(
        given
          .filter(([{ purpose }]) => (purpose === "health") === health)
          .map(([{ questionId }, answer]) => [questionId, answer]),
      );
    return { personId, answers: about(false), health: about(true) };
  });
  if (errors.length > 0) throw new Refusal(eligibilityProblems.invalidAnswers, { errors });
  refuseHealthWithoutConsent(event, read, agreed);
  return read.filter(({ answers: some, health }) => Object.keys({ ...some, ...health }).length > 0);
}

function refuseHealthWithoutConsent(event: Asking, read: readonly ReadAnswers[], agreed: Agreed): void {
  const told = read.filter(({ health }) => Object.keys(health).length > 0);
  if (told.every(({ personId }) => agreedTo("health", event, agreed[personId]))) return;
  const errors = event.statements
    .filter(({ kind }) => kind === "health")
    .map(({ statementId, version }): FieldError => {
      const message = {
        zh: `声明 ${statementId}，版本 ${version}`,
        en: `statement ${statementId}, version ${version}`,
      };
      return { pointer: "/consents", message };
    });
  throw new Refusal(registrationProblems.consentRequired, { errors });
}
