import { isDeepStrictEqual } from "node:util";
import type { CallInput, CallOutput, Client } from "#shared/client.ts";
import type { Route } from "#shared/platform/route.ts";

/** The body of a success of a route. */
export type BodyOf<R extends Route> = Extract<CallOutput<R>, { ok: true }>["body"];

/** What the service answered or showed is not what it must be; the message says what was expected. */
export class NotAsItMustBe extends Error {
  override readonly name = "NotAsItMustBe";
}

/** A list that must hold one entry of this form, beside whatever else. */
class Including {
  readonly form: unknown;
  constructor(form: unknown) {
    this.form = form;
  }
}
export const including = (form: unknown) => new Including(form);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const shown = (value: unknown): string => {
  const text = typeof value === "string" ? value.replaceAll("\n", " ") : (JSON.stringify(value) ?? "–");
  return text.length > 90 ? `${text.slice(0, 87)}…` : text;
};

interface Found {
  /** What was looked at, as `name=value`. */
  figures: string[];
  /** What is not as it must be. */
  wrong: string[];
}

function compare(seen: unknown, form: unknown, at: string): Found {
  const judged = (right: boolean, wanted: string): Found => ({
    figures: [`${at}=${shown(seen)}`],
    wrong: right ? [] : [`${at || "answer"}: expected ${wanted}, got ${shown(seen)}`],
  });
  const under = (name: string | number) => (at === "" ? String(name) : `${at}.${name}`);
  const both = (all: Found[]): Found => ({
    figures: all.flatMap(({ figures }) => figures),
    wrong: all.flatMap(({ wrong }) => wrong),
  });
  if (form instanceof RegExp) return judged(typeof seen === "string" && form.test(seen), String(form));
  if (typeof form === "function") return judged(form(seen) === true, `what holds ${form}`);
  if (form instanceof Including) {
    const found = (Array.isArray(seen) ? seen : [])
      .map((one: unknown) => compare(one, form.form, at))
      .find(({ wrong }) => wrong.length === 0);
    return found ?? judged(false, `one entry like ${shown(form.form)}`);
  }
  if (Array.isArray(form)) {
    if (!Array.isArray(seen) || seen.length !== form.length) return judged(false, `${form.length} entries`);
    return form.length === 0
      ? judged(true, "")
      : both(form.map((one, nth) => compare(seen[nth], one, under(nth))));
  }
  if (!isRecord(form)) return judged(isDeepStrictEqual(seen, form), shown(form));
  if (!isRecord(seen)) return judged(false, shown(form));
  return both(Object.entries(form).map(([name, one]) => compare(seen[name], one, under(name))));
}

/** `409 already-signed-up`, as one says what a refusal must be. */
const slugOf = (body: unknown): string =>
  ((body as { type?: string } | undefined)?.type ?? "").replace("/problems/", "");

/**
 * A walk through the service: every step asks or looks once, prints one line, and throws {@link NotAsItMustBe} when
 * what it finds is not what it must be. A form names only what must be so: values, regular expressions, predicates,
 * lists of exactly so many entries, {@link including}.
 */
export class Walk {
  #steps = 0;
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  get steps(): number {
    return this.#steps;
  }

  chapter(zh: string, en: string): void {
    this.#say(`\n${zh} / ${en}`);
  }

  #step(zh: string, en: string, what: string, { figures, wrong }: Found): void {
    this.#steps += 1;
    const line = `${String(this.#steps).padStart(4)}  ${zh} / ${en}: ${[what, ...figures].join("  ")}`;
    this.#say(line);
    if (wrong.length > 0) throw new NotAsItMustBe(`${line}\n      ${wrong.join("\n      ")}`);
  }

  /** Asks for what must be granted; the body has this form. */
  async granted<R extends Route>(
    [zh, en]: readonly [string, string],
    call: Client,
    route: R,
    input: CallInput<R>,
    form: unknown = {},
  ): Promise<BodyOf<R>> {
    const { ok, status, body } = await call(route, input);
    const found = ok
      ? compare(body, form, "")
      : {
          figures: [],
          wrong: [`expected to be granted, got ${status} ${slugOf(body)}: ${JSON.stringify(body)}`],
        };
    this.#step(zh, en, `${route.method} ${route.path} -> ${status}`, found);
    return body as BodyOf<R>;
  }

  /** Asks for what must be refused, as `409 already-signed-up`, or as one of several; the problem has this form. */
  async refused<R extends Route>(
    [zh, en]: readonly [string, string],
    call: Client,
    route: R,
    input: CallInput<R>,
    refusal: string | RegExp,
    form: unknown = {},
  ): Promise<Record<string, unknown>> {
    const { ok, status, body } = await call(route, input);
    const got = `${status} ${ok ? "" : slugOf(body)}`.trim();
    const right = typeof refusal === "string" ? got === refusal : refusal.test(got);
    const found = right ? compare(body, form, "") : { figures: [], wrong: [`expected ${refusal}`] };
    this.#step(zh, en, `${route.method} ${route.path} -> ${got}`, found);
    return body as Record<string, unknown>;
  }

  /** Looks at what was computed here of what the service answered. */
  see([zh, en]: readonly [string, string], seen: unknown, form: unknown): void {
    this.#step(zh, en, "", compare(seen, form, ""));
  }
}

/** The body of what is asked beside the steps and must be granted. */
export async function granted<R extends Route>(answer: Promise<CallOutput<R>>): Promise<BodyOf<R>> {
  const { ok, status, body } = await answer;
  if (!ok) throw new NotAsItMustBe(`what a step needs was refused: ${status} ${JSON.stringify(body)}`);
  return body as BodyOf<R>;
}

/** Asks until it is so, at most half a minute: what works by itself takes its turn. Answers what was seen last. */
export async function eventually<T>(
  read: () => Promise<T>,
  isSo: (seen: T) => boolean,
  push: () => Promise<void> = async () => undefined,
): Promise<T> {
  const until = Date.now() + 30_000;
  let seen = await read();
  while (!isSo(seen) && Date.now() < until) {
    await push();
    seen = await read();
    if (!isSo(seen)) await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return seen;
}
