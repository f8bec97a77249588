import type { Database, Item, Key, Part, Query, Write } from "#shared/platform/database.ts";
import type { TableName } from "#shared/platform/env.ts";
import type { World } from "#simulation/world.ts";

const table = "registration";

/** One call of a history: what it is, to be read in a failure, and itself. */
export interface Operation {
  name: string;
  /** All that it was given. */
  input: unknown;
  ask: (db: Database) => Promise<unknown>;
}

/** Why a part was refused, by its position. */
export class Refused extends Error {
  readonly part: number;
  readonly standing: Item | undefined;
  constructor(part: number, standing: Item | undefined) {
    super(`part ${part}`);
    this.part = part;
    this.standing = standing;
  }
}

const labels = ["a", "ab", "b", "平望镇", "平", "\uffee", "😀", "😀x", "~", ""] as const;

/** Random calls on few items, so that they meet; `prefix` keeps a history's items apart from others'. */
export function histories({ random }: World, prefix: string) {
  const below = (limit: number): number => Math.floor(random() * limit);
  const sometimes = (chance: number): boolean => random() < chance;
  const one = <T>(choices: readonly [T, ...T[]]): T => choices[below(choices.length)] ?? choices[0];
  const some = <T>(make: () => T, most: number): T[] => Array.from({ length: 1 + below(most) }, make);

  const partition = () => `${prefix}#${below(3)}`;
  const key = (): Key => ({ pk: partition(), sk: one(["1", "2", "3#平", "3#😀", "\uffee"]) });
  const owner = () => `${prefix}#owner${below(2)}`;
  /** Ends in the key, as in service: two entries never lie at the same place. */
  const sortOf = ({ pk, sk }: Key) => `${one(labels)}#${pk}#${sk}`;
  const label = () => one(labels);
  const number = () => one([-3, 0, 1, 2, 5, 10, 1_000_000]);

  const detail = () => ({
    count1: number(),
    kind: label(),
    ...(sometimes(0.3) && { deep: { level1: number() } }),
  });
  const value = (): unknown =>
    one<() => unknown>([
      number,
      number,
      label,
      label,
      () => sometimes(0.5),
      () => null,
      detail,
      () => some(() => one<unknown>([1, "a", { kind: "b" }]), 3),
      () => Uint8Array.from(some(() => below(256), 3)),
    ])();

  const item = (at: Key): Item => ({
    ...at,
    ...(sometimes(0.8) && { places: number(), waiting: below(2), isOpen: sometimes(0.8), rules: below(3) }),
    ...(sometimes(0.5) && { label: label() }),
    ...(sometimes(0.4) && { detail: detail() }),
    ...(sometimes(0.3) && { marks: some(value, 3) }),
    ...(sometimes(0.2) && { any: value(), gone: undefined }),
    ...(sometimes(0.5) && { owner: owner(), ownerSort: sortOf(at) }),
    ...(sometimes(0.3) && { pending: owner(), pendingSort: sortOf(at) }),
    ...(sometimes(0.1) && { pending: owner() }),
  });

  /** Placeholders of one write, and how its expressions speak of values and of attributes with reserved names. */
  function placeholders() {
    const names: Record<string, string> = {};
    const values: Item = {};
    const of = (given: unknown): string => {
      const name = `:v${Object.keys(values).length}`;
      values[name] = given;
      return name;
    };
    const attribute = (): string => {
      const name = one(["places", "waiting", "isOpen", "rules", "label", "detail", "marks", "any", "absent"]);
      if (name === "detail" && sometimes(0.6))
        return one(["detail.count1", "detail.kind", "detail.deep.level1"]);
      if (!["any", "rules"].includes(name)) return name;
      names[`#${name}`] = name;
      return `#${name}`;
    };
    const given = () => ({
      ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
      ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
    });
    return { names, of, attribute, given };
  }
  type Placeholders = ReturnType<typeof placeholders>;

  function clause({ of, attribute }: Placeholders): string {
    const operator = one(["=", "<>", "<", "<=", ">", ">="]);
    const ordered = () => of(one<() => unknown>([number, label])());
    const size = () => `size(${attribute()})`;
    return one<() => string>([
      () => "attribute_exists(pk)",
      () => "attribute_not_exists(pk)",
      () => `attribute_not_exists(${attribute()})`,
      () => `places >= ${of(below(3))}`,
      () => `places >= ${of(1)} AND waiting = ${of(0)} AND isOpen = ${of(true)}`,
      () => `${attribute()} ${one(["=", "<>"])} ${of(value())}`,
      () => `${attribute()} ${operator} ${sometimes(0.05) ? of(true) : ordered()}`,
      () => `${ordered()} ${operator} ${attribute()}`,
      () => `places ${operator} detail.count1`,
      () => `${size()} ${operator} ${of(below(4))}`,
      () => `${attribute()} BETWEEN ${of(below(3))} AND ${of(2 + below(9))}`,
      () => `label BETWEEN ${of(label())} AND ${of(label())}`,
      () => `${attribute()} IN (${some(() => of(value()), 3).join(", ")})`,
      () => `begins_with(${attribute()}, ${of(label() || "a")})`,
      () => `contains(${attribute()}, ${of(label() || "a")})`,
    ])();
  }

  function condition(on: Placeholders): string {
    const text = clause(on);
    return one<() => string>([
      () => text,
      () => text,
      () => `${text} AND ${clause(on)}`,
      () => `${text} OR ${clause(on)} AND ${clause(on)}`,
      () => `(${text} OR ${clause(on)}) AND ${clause(on)}`,
      () => `NOT (${text} AND ${clause(on)})`,
      () => `NOT ${text}`,
    ])();
  }

  /** Assignments that hold for any item that stands or does not. */
  function assignments(at: Key, { names, of }: Placeholders): string {
    names["#owner"] = "owner";
    const sets = one<() => string>([
      () => `places = ${of(number())}`,
      () => `places = if_not_exists(waiting, ${of(2)}), waiting = ${of(below(2))}`,
      () => `detail = ${of(detail())}, marks = ${of(some(value, 2))}`,
      () => `label = ${of(label())}, ownerSort = ${of(sortOf(at))}, #owner = ${of(owner())}`,
      () => `pending = ${of(owner())}, pendingSort = ${of(sortOf(at))}`,
    ])();
    if (!sets.includes("#owner")) delete names["#owner"];
    const removed = one(["isOpen", "absent", "firstSeenAt"]);
    const section = one<() => string>([() => "", () => ` REMOVE ${removed}`, () => ` ADD served ${of(1)}`])();
    return `SET ${sets}${section}`;
  }

  /** Assignments that an item may not bear: an attribute that is not there or no number, or a path through none. */
  function fragile({ of }: Placeholders): string {
    return one<() => string>([
      () => `SET places = places ${one(["+", "-"])} ${of(one([1, 2]))}`,
      () => `SET places = places - ${of(1)}, waiting = waiting + ${of(1)}`,
      () => `SET places = if_not_exists(places, ${of(0)}) + ${of(1)}`,
      () => `SET detail.count1 = detail.count1 + ${of(1)}`,
      () => `SET detail.kind = ${of(label())} REMOVE detail.deep`,
      () => `SET marks = list_append(marks, ${of(["x"])})`,
      () => `SET marks = list_append(if_not_exists(marks, ${of([])}), ${of([1])})`,
      () => "SET places = waiting, waiting = places",
      () => "REMOVE detail.deep.level1, label",
      () => `ADD places ${of(-1)}`,
      () => `ADD label ${of(1)}`,
      () => "REMOVE ownerSort",
    ])();
  }

  function write(at: Key, isAlone: boolean): Write {
    const on = placeholders();
    const conditional = () => (sometimes(0.7) ? { ConditionExpression: condition(on) } : {});
    return one<() => Write>([
      () => ({ Put: { Item: item(at), ...conditional(), ...on.given() } }),
      () => {
        const update = isAlone && sometimes(0.6) ? fragile(on) : assignments(at, on);
        return { Update: { Key: at, UpdateExpression: update, ...conditional(), ...on.given() } };
      },
      () => ({ Delete: { Key: at, ...conditional(), ...on.given() } }),
      () => ({ ConditionCheck: { Key: at, ConditionExpression: condition(on), ...on.given() } }),
    ])();
  }

  const distinct = (keys: readonly Key[]): Key[] => [
    ...new Map(keys.map((at) => [`${at.pk}\n${at.sk}`, at])).values(),
  ];

  function parts(): Part[] {
    const keys = distinct(some(key, one([1, 1, 5])));
    const writes = keys.map((at) => write(at, keys.length === 1));
    // The same item twice; under conditions DynamoDB Local, unlike DynamoDB, judges them first.
    const twice = keys.slice(0, 1).flatMap((Key) => [{ Delete: { Key } }, { Delete: { Key } }]);
    return (sometimes(0.02) ? twice : writes).map((of, position) => ({
      table,
      write: of,
      refused: (standing) => new Refused(position, standing),
    }));
  }

  function query(): Omit<Query, "limit"> {
    const index = one([undefined, undefined, "byOwner", "byPending"] as const);
    const bound = () => (index ? one([label(), sortOf(key())]) : key().sk);
    const [from, to] = [bound(), bound()];
    return {
      table,
      partition: index ? owner() : partition(),
      ...(index && { index }),
      ...(!index && { consistent: true }),
      ...(sometimes(0.3) && from !== "" && { from }),
      ...(sometimes(0.3) && to !== "" && { to }),
    };
  }

  /** All pages, so that where they begin is compared as well. */
  async function pages(db: Database, asked: Query) {
    const read = [await db.query(asked)];
    for (let next = read[0]?.next; next; next = read.at(-1)?.next)
      read.push(await db.query({ ...asked, after: next }));
    return read;
  }

  function attempt(): Operation {
    const input = parts();
    return { name: "attempt", input, ask: (db) => db.attempt(input) };
  }

  function listing(): Operation {
    const input = { ...query(), limit: 1 + below(8), descending: sometimes(0.5) };
    return { name: "query", input, ask: (db) => pages(db, input) };
  }

  const operation = (): Operation =>
    one<() => Operation>([
      attempt,
      attempt,
      attempt,
      attempt,
      () => {
        const input = parts();
        return { name: "commit", input, ask: (db) => db.commit(input) };
      },
      () => {
        const input = { table, key: key(), consistent: sometimes(0.5) } as const;
        return { name: "get", input, ask: (db) => db.get(input) };
      },
      () => {
        const input = some(() => ({ table, key: key(), consistent: true }) as const, 12);
        return { name: "getMany", input, ask: (db) => db.getMany(input) };
      },
      listing,
      listing,
      listing,
      () => {
        const input = query();
        return { name: "tally", input, ask: (db) => db.tally(input) };
      },
      () => {
        const input = distinct(some(key, 6));
        const kept = below(input.length + 1);
        const put = input.slice(0, kept).map(item);
        return {
          name: "writeHints",
          input: [put, input.slice(kept)],
          ask: (db) => db.writeHints(table, put, input.slice(kept)),
        };
      },
      () => {
        const [input, expiresAt] = [key(), below(1_000)];
        return { name: "count", input, ask: (db) => db.count(table, input, expiresAt) };
      },
    ])();

  /** Everything the history can have left behind. */
  const contents = async (db: Database) =>
    Promise.all(
      [0, 1, 2].map((at) => db.query({ table, partition: `${prefix}#${at}`, limit: 100, consistent: true })),
    );

  return { operation, contents };
}

/** Random contents of a table, beginning with what must go from it, and scans of all of it. */
export function scans({ random }: World, of: TableName, before: readonly Item[]) {
  const below = (limit: number): number => Math.floor(random() * limit);
  const standing = new Map<string, Key>();
  let old = before.map(({ pk, sk }) => ({ pk, sk }) as Key);

  /** What to put and what to remove, as `writeHints` takes it. */
  function change(): [Item[], Key[]] {
    const put = Array.from({ length: below(25) }, () => ({ pk: `p${below(9)}`, sk: `${below(6)}` }));
    const distinct = new Map(put.map((key) => [`${key.pk} ${key.sk}`, key]));
    const gone = [...standing].filter(([name]) => !distinct.has(name) && random() < 0.3);
    const removed = [
      ...old.filter(({ pk, sk }) => !distinct.has(`${pk} ${sk}`)),
      ...gone.map(([, key]) => key),
    ];
    old = [];
    for (const [name] of gone) standing.delete(name);
    for (const [name, key] of distinct) standing.set(name, key);
    return [[...distinct.values()].map((key) => ({ ...key, places: below(100) })), removed];
  }

  /** All pages. Their order is each store's own; how many items a page holds is not. */
  async function pages(db: Database, limit: number): Promise<{ items: Item[]; lengths: number[] }> {
    const read = [await db.scan({ table: of, limit })];
    for (let next = read[0]?.next; next; next = read.at(-1)?.next)
      read.push(await db.scan({ table: of, limit, after: next }));
    const name = ({ pk, sk }: Item) => `${pk} ${sk}`;
    return {
      items: read.flatMap(({ items }) => items).sort((a, b) => (name(a) < name(b) ? -1 : 1)),
      lengths: read.map(({ items }) => items.length),
    };
  }

  return { change, pages };
}
