/** A sentence in the service's two languages. */
export interface Bilingual {
  zh: string;
  en: string;
}

export type Language = keyof Bilingual;

/**
 * A kind of refusal, as RFC 9457 problem+json. `title` says what happened, `detail` what to do next.
 * `{name}` in either is filled from the refusal's facts.
 */
export interface ProblemType {
  slug: string;
  status: number;
  title: Bilingual;
  detail: Bilingual;
}

export interface FieldError {
  /** RFC 6901 pointer into the body, or `/query/<name>`, `/path/<name>`. */
  pointer: string;
  message: Bilingual;
  /** The name of the rule that is not met, and the value it requires, for a reader that is a program. */
  rule?: string;
  required?: string | number;
}

/** Facts that explain a refusal to its reader and go into the body as extension members. Never personal data. */
export type Facts = Readonly<Record<string, string | number | Bilingual>>;

/** Thrown by rules and by the pipeline; turned into problem+json in one place. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly problem: ProblemType;
  readonly facts: Facts;
  readonly errors: readonly FieldError[];
  readonly retryAfterSeconds: number | undefined;

  constructor(
    problem: ProblemType,
    more: { facts?: Facts; errors?: readonly FieldError[]; retryAfterSeconds?: number } = {},
  ) {
    super(problem.slug);
    this.problem = problem;
    this.facts = more.facts ?? {};
    this.errors = more.errors ?? [];
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  traceId: string;
  errors?: { pointer: string; message: string; rule?: string; required?: string | number }[];
  [fact: string]: unknown;
}

export function problemBody(
  refusal: Refusal,
  at: { language: Language; instance: string; traceId: string },
): ProblemBody {
  const facts = Object.fromEntries(
    Object.entries(refusal.facts).map(([name, fact]) => [
      name,
      typeof fact === "object" ? fact[at.language] : fact,
    ]),
  );
  const say = (text: Bilingual) =>
    text[at.language].replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? ""));
  return {
    ...facts,
    type: `/problems/${refusal.problem.slug}`,
    title: say(refusal.problem.title),
    status: refusal.problem.status,
    detail: say(refusal.problem.detail),
    instance: at.instance,
    traceId: at.traceId,
    ...(refusal.errors.length > 0 && {
      errors: refusal.errors.map((error) => ({ ...error, message: error.message[at.language] })),
    }),
  };
}
