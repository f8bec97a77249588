import * as z from "zod";
import { personId } from "#shared/people/contract.ts";
import { idTypes, sexes } from "#shared/people/identityDocument.ts";

const text = (max: number) => z.string().trim().min(1).max(max);
const age = z.number().int().min(0).max(120);
const count = z.number().int().min(1).max(10);

/** What a person says of themself and no document tells; the organiser checks it. */
export const declarations = ["resident", "disabled", "school", "worker", "farmer"] as const;

const declares = z.enum(declarations);

/** Conditions on each participant, of a group and of a pool alike. Ages count on the group's own day. */
export const conditions = {
  minAge: age.optional(),
  maxAge: age.optional(),
  sex: z.enum(sexes).optional(),
  idTypes: z.array(z.enum(idTypes)).min(1).max(idTypes.length).optional().meta({
    description: "Documents that are accepted; any when left out",
  }),
  requiresVerified: z.boolean().optional().meta({ description: "Only for a verified identity" }),
  declares: declares.optional().meta({
    description:
      "Only for who declares so in the sign-up. It is a declaration: no document tells it, and the organiser checks it",
  }),
};

const range = z.strictObject({ min: count, max: count });

/** Conditions on all who sign up together. */
export const partyConditions = {
  party: z
    .strictObject({
      adults: range,
      children: range,
      childUnder: z.number().int().min(1).max(18).meta({ description: "Who is younger is a child" }),
    })
    .optional()
    .meta({ description: "Parents with children, in one sign-up; nobody enters such a group alone" }),
  participantsMax: count.optional().meta({ description: "The most people in one sign-up" }),
};

const appliesTo = z
  .strictObject({ minAge: age.optional(), maxAge: age.optional() })
  .optional()
  .meta({ description: "Of which ages on the first day; everybody when left out" });

export const statementKinds = [
  "waiver",
  "health",
  "relative",
  "share-organiser",
  "share-insurer",
  "other",
] as const;

/** What a statement is, and whom it concerns. */
export const statementFields = {
  kind: z
    .enum(statementKinds)
    .optional()
    .meta({
      description:
        "waiver: 自愿参赛责任声明. health: also the separate consent to answers about health. relative: a relative " +
        "agrees for an elder. share-organiser, share-insurer: separate consents to give data to each",
    }),
  appliesTo,
};

const slug = z.string().regex(/^[a-z0-9-]{1,40}$/);

export const questionKinds = ["text", "choice", "number", "date", "phone"] as const;
export const questionPurposes = ["entry", "safety", "health", "insurance", "equipment", "other"] as const;

const questionFields = {
  questionId: slug,
  title: text(80),
  kind: z.enum(questionKinds),
  options: z.array(text(60)).min(1).max(30).optional().meta({ description: "Of a choice" }),
  maxLength: z.number().int().min(1).max(500).optional().meta({ description: "Of a text; 200 by default" }),
  appliesTo,
  purpose: z.enum(questionPurposes).meta({
    description: "What the answer is for; answers about health are kept for a shorter time",
  }),
};

export const questionInput = z.strictObject({ ...questionFields, required: z.boolean().default(false) });
export const question = z.object({ ...questionFields, required: z.boolean() });

const answers = z.record(slug, z.union([z.string().max(1_000), z.number()]));

/** What a sign-up says of its participants beyond who they are. */
export const signUpFields = {
  answers: answers.default({}).meta({
    description:
      "Answers to the event's questions, of everybody to whom a question applies; kept encrypted. An elder who signs " +
      "up alone names the relative in relative-name and relative-phone where a statement of a relative applies",
  }),
  answersFor: z.record(personId, answers).default({}).meta({
    description: "Answers of one participant; they go before answers",
  }),
  consents: z
    .array(
      z.strictObject({
        statementId: z.string().max(40),
        version: z.string().max(20),
        participantId: personId.optional().meta({
          description: "For whom; for everybody to whom the statement applies when left out",
        }),
      }),
    )
    .max(100)
    .default([]),
  declares: z.array(declares).max(declarations.length).default([]).meta({
    description: "What everybody named declares of themself; the organiser checks it",
  }),
};

export const signedAs = z.enum(["self", "guardian", "proxy"]);

/** Who agreed to what for a participant, and when. */
export const signature = z.object({
  statement: z.string().meta({ description: "statementId@version" }),
  by: personId,
  as: signedAs,
  at: z.iso.datetime(),
});

export const declared = z.array(declares).optional().meta({
  description: "Declared in the sign-up, not proved: to be checked",
});
