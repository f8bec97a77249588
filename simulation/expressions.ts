import type { Item } from "#shared/platform/database.ts";
import { reservedWords } from "./reservedWords.ts";
import { attribute, compare, Invalid, isEqual, isMap } from "./values.ts";

/** What an expression is evaluated on. An item that does not exist has no attributes. */
export interface Scope {
  item: Item;
  names: Readonly<Record<string, string>>;
  /** As {@link stored} keeps them. */
  values: Item;
}

export type Path = (on: Scope) => readonly string[];
type Test = (on: Scope) => boolean;

export interface Operand {
  /** `undefined` where there is no such attribute. */
  read: (on: Scope) => unknown;
  /** The placeholder of a `:value`: its type is checked before any item is looked at. */
  placeholder?: string;
}

export interface Condition {
  test: Test;
  /** The #names and :values it speaks of. */
  mentions: ReadonlySet<string>;
}

type Token = { text: string; from: number };

const TOKEN = /\s*(?:([A-Za-z][A-Za-z0-9_]*|[#:][A-Za-z0-9_]+|<>|<=|>=|[=<>().,+-])|(\S)|$)/y;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const [, token, unknown] = TOKEN.exec(text) ?? [];
    if (unknown !== undefined) throw new Invalid(`cannot read "${unknown}" in "${text}"`);
    if (token === undefined) break;
    tokens.push({ text: token, from: TOKEN.lastIndex - token.length });
  }
  return tokens;
}

const isWord = (token: string): boolean => /^[A-Za-z]/.test(token);

/** An expression read from left to right, by the parsers of conditions and of updates. */
export class Reader {
  readonly mentions = new Set<string>();
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  get next(): string {
    return this.#tokens[this.#at]?.text ?? "";
  }

  get isAtEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  isCall(name: string): boolean {
    return this.next === name && this.#tokens[this.#at + 1]?.text === "(";
  }

  take(): string {
    const token = this.next;
    this.#at += 1;
    return token;
  }

  /** Takes the next token if it is this one; keywords are written in either case. */
  takes(token: string): boolean {
    if (this.next.toUpperCase() !== token) return false;
    this.#at += 1;
    return true;
  }

  expect(token: string): void {
    if (!this.takes(token)) this.fail(`expected "${token}"`);
  }

  fail(why: string): never {
    throw new Invalid(`${why} before "${this.next || "the end"}" in "${this.#text}"`);
  }

  /** `one`, and further ones behind commas. */
  list<T>(one: () => T): T[] {
    const all = [one()];
    while (this.takes(",")) all.push(one());
    return all;
  }

  /** The function's name, which comes next, and its one argument. */
  argument<T>(of: () => T): T {
    this.take();
    this.expect("(");
    const argument = of();
    this.expect(")");
    return argument;
  }

  /** The same of a function of two. */
  twoArguments<T>(first: () => T, second: () => T): [T, T] {
    return this.argument(() => {
      const one = first();
      this.expect(",");
      return [one, second()];
    });
  }

  path(): Path {
    const steps: string[] = [];
    do {
      const step = this.take();
      if (step.startsWith("#")) this.mentions.add(step);
      else if (!isWord(step)) this.fail(`"${step}" is no attribute`);
      else if (reservedWords.has(step.toLowerCase())) this.fail(`"${step}" is a reserved word`);
      steps.push(step);
    } while (this.takes("."));
    if (this.next === "(") this.fail(`"${steps.join(".")}" is no function known here`);
    return steps.some((step) => step.startsWith("#")) ? ({ names }) => steps.map(named(names)) : () => steps;
  }

  value(): Operand {
    const placeholder = this.take();
    if (!placeholder.startsWith(":")) this.fail(`"${placeholder}" is no :value`);
    this.mentions.add(placeholder);
    return { read: ({ values }) => given(values, placeholder), placeholder };
  }

  attribute(): Operand {
    const path = this.path();
    return { read: (on) => reach(on.item, path(on)) };
  }
}

const named =
  (names: Scope["names"]) =>
  (step: string): string => {
    const name = step.startsWith("#") ? names[step] : step;
    if (name === undefined) throw new Invalid(`the name ${step} is not defined`);
    return name;
  };

function given(values: Item, placeholder: string): unknown {
  const value = values[placeholder];
  if (value === undefined) throw new Invalid(`the value ${placeholder} is not defined`);
  return value;
}

const reach = (item: Item, path: readonly string[]): unknown => path.reduce<unknown>(attribute, item);

function condition(reader: Reader): Test {
  let test = conjunction(reader);
  while (reader.takes("OR")) test = either(test, conjunction(reader));
  return test;
}

function conjunction(reader: Reader): Test {
  let test = negation(reader);
  while (reader.takes("AND")) test = both(test, negation(reader));
  return test;
}

// Both sides are evaluated: a value of a wrong type is an error wherever it stands.
const either =
  (left: Test, right: Test): Test =>
  (on) => {
    const holds = left(on);
    return right(on) || holds;
  };
const both =
  (left: Test, right: Test): Test =>
  (on) => {
    const holds = left(on);
    return right(on) && holds;
  };

function negation(reader: Reader): Test {
  if (!reader.takes("NOT")) return predicate(reader);
  const test = negation(reader);
  return (on) => !test(on);
}

function predicate(reader: Reader): Test {
  if (reader.takes("(")) {
    const test = condition(reader);
    reader.expect(")");
    return test;
  }
  const attribute = () => reader.attribute();
  const any = () => operand(reader);
  if (reader.isCall("attribute_exists")) {
    const { read } = reader.argument(attribute);
    return (on) => read(on) !== undefined;
  }
  if (reader.isCall("attribute_not_exists")) {
    const { read } = reader.argument(attribute);
    return (on) => read(on) === undefined;
  }
  if (reader.isCall("begins_with")) {
    const [of, start] = reader.twoArguments(any, any);
    return (on) => beginsWith(of.read(on), typed(start, on, isTextual));
  }
  if (reader.isCall("contains")) {
    const [of, sought] = reader.twoArguments(any, any);
    return (on) => contains(of.read(on), sought.read(on));
  }
  return comparison(reader);
}

/** Reads an operand; a `:value` of a type that the function does not take is an error, an attribute is not. */
function typed({ read, placeholder }: Operand, on: Scope, isTaken: (value: unknown) => boolean): unknown {
  const value = read(on);
  if (placeholder !== undefined && !isTaken(value)) throw new Invalid(`${placeholder} is of the wrong type`);
  return value;
}

const isTextual = (value: unknown) => typeof value === "string" || value instanceof Uint8Array;
const isOrdered = (value: unknown) => typeof value === "number" || isTextual(value);

function beginsWith(value: unknown, start: unknown): boolean {
  if (typeof value === "string") return typeof start === "string" && value.startsWith(start);
  if (!(value instanceof Uint8Array && start instanceof Uint8Array)) return false;
  return compare(value.subarray(0, start.length), start) === 0;
}

function contains(value: unknown, sought: unknown): boolean {
  if (typeof value === "string") return typeof sought === "string" && value.includes(sought);
  if (value instanceof Uint8Array)
    return sought instanceof Uint8Array && Buffer.from(value).includes(Buffer.from(sought));
  return Array.isArray(value) && value.some((at) => isEqual(at, sought));
}

function operand(reader: Reader): Operand {
  if (reader.isCall("size")) {
    const { read } = reader.argument(() => operand(reader));
    return { read: (on) => size(read(on)) };
  }
  return reader.next.startsWith(":") ? reader.value() : reader.attribute();
}

/** A text's UTF-16 units, as DynamoDB Local counts them. */
function size(value: unknown): number | undefined {
  if (typeof value === "string" || value instanceof Uint8Array || Array.isArray(value)) return value.length;
  return isMap(value) ? Object.keys(value).length : undefined;
}

const orders: Readonly<Record<string, (order: number) => boolean>> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

function comparison(reader: Reader): Test {
  const left = operand(reader);
  if (reader.takes("BETWEEN")) {
    const low = operand(reader);
    reader.expect("AND");
    return between(left, low, operand(reader));
  }
  if (reader.takes("IN")) {
    reader.expect("(");
    const choices = reader.list(() => operand(reader));
    reader.expect(")");
    return (on) => choices.some((choice) => isSame(left.read(on), choice.read(on)));
  }
  const operator = reader.take();
  const right = operand(reader);
  if (operator === "=") return (on) => isSame(left.read(on), right.read(on));
  // What is not there differs from everything, even from what is not there either.
  if (operator === "<>") return (on) => !isSame(left.read(on), right.read(on));
  const holds = orders[operator];
  if (!holds) reader.fail(`"${operator}" compares nothing`);
  return (on) => {
    const order = compare(typed(left, on, isOrdered), typed(right, on, isOrdered));
    return order !== undefined && holds(order);
  };
}

const isSame = (a: unknown, b: unknown): boolean => a !== undefined && isEqual(a, b);

function between(operand: Operand, low: Operand, high: Operand): Test {
  return (on) => {
    const [value, least, most] = [
      typed(operand, on, isOrdered),
      typed(low, on, isOrdered),
      typed(high, on, isOrdered),
    ];
    const span = compare(least, most);
    if (low.placeholder !== undefined && high.placeholder !== undefined && (span === undefined || span > 0))
      throw new Invalid(`${low.placeholder} and ${high.placeholder} are no bounds`);
    const [above, below] = [compare(value, least), compare(value, most)];
    return above !== undefined && below !== undefined && above >= 0 && below <= 0;
  };
}

const read = new Map<string, Condition>();

/** A ConditionExpression, read once for each text. Throws {@link Invalid} for what it cannot read. */
export function conditionOf(text: string): Condition {
  const known = read.get(text);
  if (known) return known;
  const reader = new Reader(text);
  const test = condition(reader);
  if (!reader.isAtEnd) reader.fail("expected nothing more");
  const found = { test, mentions: reader.mentions };
  read.set(text, found);
  return found;
}

/** The clauses that AND joins outside all parentheses; a condition that OR joins there is one clause. */
export function clausesOf(condition: string): string[] {
  const clauses: string[] = [];
  let [depth, from, between] = [0, 0, false];
  for (const { text, from: at } of tokensOf(condition)) {
    const word = text.toUpperCase();
    if (text === "(") depth += 1;
    else if (text === ")") depth -= 1;
    else if (depth > 0) continue;
    else if (word === "OR") return [condition.trim()];
    else if (word === "BETWEEN") between = true;
    else if (word === "AND" && between) between = false;
    else if (word === "AND") {
      clauses.push(condition.slice(from, at).trim());
      from = at + text.length;
    }
  }
  return [...clauses, condition.slice(from).trim()];
}

/**
 * The condition without the clauses that match, `undefined` when none is left: the control of a proof, which must
 * fail without the condition that it is about.
 */
export function withoutClause(condition: string, clause: RegExp): string | undefined {
  const kept = clausesOf(condition).filter((text) => text.search(clause) < 0);
  return kept.length > 0 ? kept.join(" AND ") : undefined;
}
