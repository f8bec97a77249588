import type { Item } from "#shared/platform/database.ts";
import { type Operand, type Path, Reader, type Scope } from "./expressions.ts";
import { attribute, Invalid, isMap } from "./values.ts";

type Effect = (on: Scope) => unknown;

interface Action {
  path: Path;
  /** What the attribute shall be, judged on the item as it was; `undefined` removes it. */
  effect: Effect;
}

export interface Update {
  actions: readonly Action[];
  /** The #names and :values it speaks of. */
  mentions: ReadonlySet<string>;
}

/** NULL is a value like others. */
const instead = (value: unknown, otherwise: unknown): unknown => (value === undefined ? otherwise : value);

/** An operand that must be there. */
const present =
  ({ read }: Operand): Effect =>
  (on) => {
    const value = read(on);
    if (value === undefined) throw new Invalid("the update refers to an attribute that does not exist");
    return value;
  };

/** DynamoDB reckons in decimals, of which binary fractions would be a poor imitation: whole numbers only. */
function sum(left: unknown, right: unknown, sign: 1 | -1): number {
  if (typeof left !== "number" || typeof right !== "number")
    throw new Invalid("an operand of the update is no number");
  const result = left + sign * right;
  if (![left, right, result].every(Number.isSafeInteger))
    throw new Invalid(`${left} and ${right} are not whole numbers: their sum is not simulated`);
  return result;
}

function joined(left: unknown, right: unknown): readonly unknown[] {
  if (!Array.isArray(left) || !Array.isArray(right)) throw new Invalid("list_append takes two lists");
  return Object.freeze([...left, ...right]);
}

function operand(reader: Reader): Operand {
  if (reader.next.startsWith(":")) return reader.value();
  const any = () => present(operand(reader));
  if (reader.isCall("if_not_exists")) {
    // What would stand in its place must be there too, needed or not.
    const [of, otherwise] = reader.twoArguments(() => reader.attribute().read, any);
    return { read: (on) => instead(of(on), otherwise(on)) };
  }
  if (reader.isCall("list_append")) {
    const [left, right] = reader.twoArguments(any, any);
    return { read: (on) => joined(left(on), right(on)) };
  }
  return reader.attribute();
}

function assignment(reader: Reader): Action {
  const path = reader.path();
  reader.expect("=");
  const left = present(operand(reader));
  const sign = reader.next === "+" ? 1 : reader.next === "-" ? -1 : undefined;
  if (sign === undefined) return { path, effect: left };
  reader.take();
  const right = present(operand(reader));
  return { path, effect: (on) => sum(left(on), right(on), sign) };
}

function removal(reader: Reader): Action {
  return { path: reader.path(), effect: () => undefined };
}

/** Numbers only: no item here has a set. */
function addition(reader: Reader): Action {
  const path = reader.path();
  const { read } = reader.value();
  const standing: Effect = (on) => instead(path(on).reduce<unknown>(attribute, on.item), 0);
  return { path, effect: (on) => sum(standing(on), read(on), 1) };
}

const sections = { SET: assignment, REMOVE: removal, ADD: addition };

const read = new Map<string, Update>();

/** An UpdateExpression, read once for each text. Throws {@link Invalid} for what it cannot read. */
export function updateOf(text: string): Update {
  const known = read.get(text);
  if (known) return known;
  const reader = new Reader(text);
  const actions: Action[] = [];
  const seen = new Set<string>();
  do {
    const section = reader.take().toUpperCase();
    if (seen.has(section) || !Object.hasOwn(sections, section))
      reader.fail(`"${section}" begins no section, or stands twice`);
    seen.add(section);
    actions.push(...reader.list(() => sections[section as keyof typeof sections](reader)));
  } while (!reader.isAtEnd);
  const found = { actions, mentions: reader.mentions };
  read.set(text, found);
  return found;
}

/** The item after the update. `on.item` stays as it is; what both have in common they share. */
export function updated({ actions }: Update, on: Scope): Item {
  const changes = actions.map(({ path, effect }) => ({ path: path(on), value: effect(on) }));
  for (const [at, { path }] of changes.entries()) {
    if (path[0] === "pk" || path[0] === "sk") throw new Invalid(`${path[0]} is part of the key`);
    for (const other of changes.slice(at + 1))
      if (path.every((step, depth) => (other.path[depth] ?? step) === step))
        throw new Invalid(`the paths ${path.join(".")} and ${other.path.join(".")} overlap`);
    if (!isMap(path.slice(0, -1).reduce<unknown>(attribute, on.item)))
      throw new Invalid(`the path ${path.join(".")} leads through no map`);
  }
  return changes.reduce((item, { path, value }) => withAttribute(item, path, value), on.item);
}

function withAttribute(map: Item, [name = "", ...rest]: readonly string[], value: unknown): Item {
  const { [name]: standing, ...changed } = map;
  const next = rest.length > 0 ? withAttribute(standing as Item, rest, value) : value;
  return Object.freeze(next === undefined ? changed : { ...changed, [name]: next });
}
