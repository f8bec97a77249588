import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Capacity } from "#shared/people/acting.ts";
import { type FieldError, Refusal } from "#shared/platform/problem.ts";
import { readAnswers, type WrittenAnswers } from "#shared/registration/eligibility/answerRules.ts";
import { agreedFor, consentsOf, type GivenConsent } from "#shared/registration/eligibility/consentRules.ts";
import { contradictoryConditions } from "#shared/registration/eligibility/eventRules.ts";
import type { SportEvent } from "#shared/registration/model.ts";

const now = new Date("2026-06-10T04:00:00.000Z");
const startsAt = "2026-12-05T01:00:00.000Z";

type Statement = SportEvent["statements"][number];
type Question = SportEvent["questions"][number];

const statement = (statementId: string, of: Partial<Statement> = {}): Statement => ({
  statementId,
  version: "2",
  title: "声明",
  text: "……",
  required: true,
  ...of,
});
const question = (questionId: string, of: Partial<Question> = {}): Question => ({
  questionId,
  title: "问题",
  kind: "text",
  purpose: "entry",
  required: false,
  ...of,
});
const signer = (personId: string, as: Capacity, birthDate = "1990-03-07") => ({ personId, as, birthDate });
const me = signer("per_me", "self");
const child = signer("per_child", "guardian", "2010-06-11");
const elder = signer("per_elder", "proxy", "1950-01-01");

const given = (statementId: string, of: Partial<GivenConsent> = {}): GivenConsent => ({
  statementId,
  version: "2",
  ...of,
});

const agree = (
  statements: readonly Statement[],
  signers: readonly ReturnType<typeof signer>[],
  consents: readonly GivenConsent[],
) => agreedFor({ startsAt, statements: [...statements] }, signers, consents, now);

/** Slug and pointers of a refusal. */
function refusalOf(work: () => unknown): [string, ...string[]] {
  try {
    work();
  } catch (error) {
    const told = ({ pointer, message }: FieldError) => `${pointer}: ${message.en}`;
    if (error instanceof Refusal) return [error.problem.slug, ...error.errors.map(told)];
    throw error;
  }
  return ["admitted"];
}

describe("statements", () => {
  const waiver = statement("waiver", { kind: "waiver" });
  const relative = statement("relative", { kind: "relative", appliesTo: { minAge: 65 } });
  const insurer = statement("insurer", { kind: "share-insurer", required: false });

  it("concern those of the ages that they name, on the race day", () => {
    const of = (birthDate: string) => agree([relative], [signer("per_x", "self", birthDate)], []);
    expect(of("1961-12-06")).toEqual({ per_x: [] });
    expect(() => of("1961-12-05")).toThrow("consent-required");
  });

  it("are each agreed to on their own: one never stands for another", () => {
    fc.assert(
      fc.property(fc.subarray(["waiver", "health", "relative", "organiser", "insurer"]), (agreed) => {
        const kinds = { waiver: "waiver", health: "health", relative: "relative" } as const;
        const all = [
          ...Object.entries(kinds).map(([name, kind]) => statement(name, { kind, required: false })),
          statement("organiser", { kind: "share-organiser", required: false }),
          insurer,
        ];
        const { per_me } = agree(
          all,
          [me],
          agreed.map((name) => given(name)),
        );
        expect(per_me?.toSorted()).toEqual(agreed.map((name) => `${name}@2`).toSorted());
      }),
    );
  });

  it("that are not required never block", () => {
    expect(agree([insurer], [me], [])).toEqual({ per_me: [] });
    expect(agree([insurer], [signer("per_boy", "self", "2010-01-01")], [])).toEqual({ per_boy: [] });
  });

  it("are agreed to for everybody they concern, or for one who is named, whose own goes before", () => {
    expect(agree([waiver, relative], [me, elder], [given("waiver"), given("relative")])).toEqual({
      per_me: ["waiver@2"],
      per_elder: ["waiver@2", "relative@2"],
    });
    const forMe = given("waiver", { participantId: "per_me" });
    expect(refusalOf(() => agree([waiver], [me, child], [forMe]))).toEqual([
      "consent-required",
      "/consents: statement waiver, version 2, participant 2",
    ]);
    const old = given("waiver", { participantId: "per_me", version: "1" });
    expect(refusalOf(() => agree([waiver], [me, child], [old, given("waiver")]))).toEqual([
      "consent-outdated",
      "/consents: statement waiver, version 2, participant 1",
    ]);
  });

  it("are led back to from what was agreed, whatever a version holds", () => {
    const odd = statement("waiver", { version: "2026@3" });
    const agreed = agree([odd], [me], [given("waiver", { version: "2026@3" })]);
    expect(agree([odd], [me], consentsOf(agreed))).toEqual(agreed);
  });

  describe("of a minor", () => {
    const boy = (as: Capacity, birthDate = "2010-06-11") => signer("per_boy", as, birthDate);
    const consents = [given("waiver")];

    it("are signed by a guardian: not by the minor, and not by a relative whom the minor asked", () => {
      for (const as of ["self", "proxy"] as const)
        expect(refusalOf(() => agree([waiver], [boy(as)], consents))[0]).toBe("guardian-signature-required");
      expect(agree([waiver], [boy("guardian")], consents)).toEqual({ per_boy: ["waiver@2"] });
    });

    it("until the day of the eighteenth birthday", () => {
      expect(refusalOf(() => agree([waiver], [boy("self", "2008-06-11")], consents))[0]).toBe(
        "guardian-signature-required",
      );
      expect(agree([waiver], [boy("self", "2008-06-10")], consents)).toEqual({ per_boy: ["waiver@2"] });
    });

    it("are none where the event has none that concerns them", () => {
      expect(agree([], [boy("self")], [])).toEqual({ per_boy: [] });
      expect(agree([relative], [boy("self")], [])).toEqual({ per_boy: [] });
    });

    it("are the guardian's also where they are not required but given", () => {
      expect(refusalOf(() => agree([insurer], [boy("self")], [given("insurer")]))[0]).toBe(
        "guardian-signature-required",
      );
    });
  });
});

describe("answers", () => {
  const read = (
    questions: readonly Question[],
    written: Partial<WrittenAnswers>,
    signers = [me],
    of: { statements?: Statement[]; agreed?: Record<string, string[]> } = {},
  ) =>
    readAnswers(
      { startsAt, statements: of.statements ?? [], questions: [...questions] },
      signers,
      of.agreed ?? {},
      { answers: {}, answersFor: {}, ...written },
    );

  it("are taken in the form of their question, and in no other", () => {
    const kinds = [
      question("size", { kind: "choice", options: ["S", "M"] }),
      question("years", { kind: "number" }),
      question("last", { kind: "date" }),
      question("call", { kind: "phone" }),
      question("note", { maxLength: 3 }),
    ];
    const good = { size: "M", years: 3, last: "2024-02-29", call: "+86 138-0000-5678", note: " 好好好 " };
    expect(read(kinds, { answers: good })).toEqual([
      {
        personId: "per_me",
        health: {},
        answers: { ...good, call: "13800005678", note: "好好好" },
      },
    ]);
    const bad = { size: "L", years: "3", last: "2023-02-29", call: "12", note: "四个字呀" };
    expect(refusalOf(() => read(kinds, { answers: bad })).map((told) => told.split(":")[0])).toEqual([
      "invalid-answers",
      "/answers/size",
      "/answers/years",
      "/answers/last",
      "/answers/call",
      "/answers/note",
    ]);
    expect(refusalOf(() => read(kinds, { answers: { note: "  " } }))[0]).toBe("invalid-answers");
    expect(refusalOf(() => read(kinds, { answers: { size: 1 } }))[0]).toBe("invalid-answers");
  });

  it("a text is no longer than its question takes, counted in characters as people see them", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(500), (maxLength, length) => {
        const answers = { note: "𠮷".repeat(length) };
        const judged = refusalOf(() => read([question("note", { maxLength })], { answers }))[0];
        expect(judged).toBe(length > maxLength || length === 0 ? "invalid-answers" : "admitted");
      }),
    );
  });

  it("are required where it is said, of whom it concerns", () => {
    const grade = question("grade", { required: true, appliesTo: { maxAge: 17 } });
    expect(read([grade], {})).toEqual([]);
    expect(refusalOf(() => read([grade], {}, [me, child]))).toEqual([
      "invalid-answers",
      "/answersFor/per_child/grade: must be answered",
    ]);
    expect(read([grade], { answers: { grade: "高一" } }, [me, child])).toMatchObject([
      { personId: "per_child" },
    ]);
  });

  it("of one participant go before those of everybody", () => {
    const size = question("size");
    const answersFor = { per_child: { size: "S" } };
    expect(read([size], { answers: { size: "L" }, answersFor }, [me, child])).toMatchObject([
      { personId: "per_me", answers: { size: "L" } },
      { personId: "per_child", answers: { size: "S" } },
    ]);
  });

  it("to what nobody asked are refused, and of whom nobody signs up", () => {
    const grade = question("grade", { appliesTo: { maxAge: 17 } });
    const answersFor = { per_me: { grade: "高一" }, per_x: {} };
    expect(
      refusalOf(() =>
        read([grade], { answers: { colour: "red", "kin-13912348765": "x" }, answersFor }, [me, child]),
      ),
    ).toEqual([
      "invalid-answers",
      "/answers/colour: is not asked of the participant",
      "/answers/*: is not asked of the participant",
      "/answersFor/*: is not asked of the participant",
      "/answersFor/per_me/grade: is not asked of the participant",
    ]);
  });

  it("about health lie apart, and are taken only with the separate consent to it", () => {
    const heart = question("heart", { purpose: "health" });
    const statements = [statement("health", { kind: "health", required: false })];
    const answers = { heart: "无" };
    expect(refusalOf(() => read([heart], { answers }, [me], { statements }))).toEqual([
      "consent-required",
      "/consents: statement health, version 2",
    ]);
    const agreed = { per_me: ["health@2"] };
    expect(read([heart], { answers }, [me], { statements, agreed })).toEqual([
      { personId: "per_me", answers: {}, health: { heart: "无" } },
    ]);
  });

  it("name a relative where an elder agrees alone to what a relative agrees to for others", () => {
    const statements = [statement("family", { kind: "relative", appliesTo: { minAge: 65 } })];
    const agreed = { per_elder: ["family@2"] };
    const alone = signer("per_elder", "self", "1950-01-01");
    expect(refusalOf(() => read([], {}, [alone], { statements, agreed }))).toEqual([
      "invalid-answers",
      "/answers/relative-name: must be answered",
      "/answers/relative-phone: must be answered",
    ]);
    const answers = { "relative-name": "张小明", "relative-phone": "138 0000 5678" };
    expect(read([], { answers }, [alone], { statements, agreed })).toMatchObject([
      { answers: { "relative-name": "张小明", "relative-phone": "13800005678" } },
    ]);
    expect(read([], {}, [elder], { statements, agreed })).toEqual([]);
    const wrong = { ...answers, "relative-name": "12345" };
    expect(refusalOf(() => read([], { answers: wrong }, [alone], { statements, agreed }))[1]).toBe(
      "/answers/relative-name: must be a name",
    );
  });
});

describe("an event contradicts itself", () => {
  const health = statement("health", { kind: "health" });
  const base = { mode: "direct", groups: [], statements: [], questions: [] } as unknown as SportEvent;
  const wrong = (of: Partial<SportEvent>) =>
    contradictoryConditions({ ...base, ...of }).map(({ pointer }) => pointer);
  const group = (of: object) => ({ groups: [{ pools: [], ...of }] }) as unknown as Partial<SportEvent>;
  const range = { min: 1, max: 2 };

  it.each<[string, Partial<SportEvent>, string[]]>([
    ["with ages that go backwards", group({ minAge: 9, maxAge: 8 }), ["/groups/0/maxAge"]],
    [
      "in a pool too",
      group({ pools: [{ rule: { minAge: 9, maxAge: 8 } }] }),
      ["/groups/0/pools/0/rule/maxAge"],
    ],
    [
      "when a party cannot be",
      group({ party: { adults: { min: 2, max: 1 }, children: range, childUnder: 14 } }),
      ["/groups/0/party/adults"],
    ],
    [
      "when a party is more than sign up at once",
      group({ participantsMax: 1, party: { adults: range, children: range, childUnder: 14 } }),
      ["/groups/0/party"],
    ],
    [
      "when its ages leave out the children of a party",
      group({ minAge: 14, party: { adults: range, children: range, childUnder: 14 } }),
      ["/groups/0/party"],
    ],
    ["with two statements of one id", { statements: [health, health] }, ["/statements"]],
    ["with two questions of one id", { questions: [question("a"), question("a")] }, ["/questions"]],
    ["with a question of a name that is taken", { questions: [question("relative-name")] }, ["/questions"]],
    [
      "with a choice without options",
      { questions: [question("a", { kind: "choice" })] },
      ["/questions/0/options"],
    ],
    ["with options of a text", { questions: [question("a", { options: ["x"] })] }, ["/questions/0/options"]],
    [
      "with a question about health and no consent to it",
      { questions: [question("a", { purpose: "health" })] },
      ["/questions/0/purpose"],
    ],
    [
      "with a consent to it for others only",
      {
        statements: [{ ...health, appliesTo: { minAge: 65 } }],
        questions: [question("a", { purpose: "health" })],
      },
      ["/questions/0/purpose"],
    ],
    [
      "with a required answer to what may be refused",
      {
        statements: [{ ...health, required: false }],
        questions: [question("a", { purpose: "health", required: true })],
      },
      ["/questions/0/purpose"],
    ],
    ["with answers in a queue", { mode: "queued", questions: [question("a")] }, ["/mode"]],
    [
      "with a relative's statement in a queue",
      { mode: "queued", statements: [statement("r", { kind: "relative" })] },
      ["/mode"],
    ],
  ])("%s", (_, of, pointers) => {
    expect(wrong(of)).toEqual(pointers);
  });

  it("and does not when all of it fits", () => {
    expect(
      wrong({
        ...group({ maxAge: 60, party: { adults: range, children: range, childUnder: 14 } }),
        statements: [health],
        questions: [question("a", { purpose: "health", required: true, appliesTo: { minAge: 65 } })],
      }),
    ).toEqual([]);
  });
});
