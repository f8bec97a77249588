import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { queues, streams } from "#events/queues.ts";
import { schedules } from "#events/schedules.ts";
import type { HttpFunction } from "#shared/platform/serve.ts";
import { routes } from "#shared/routes.ts";

const sources = globSync("{shared,functions,events,infra,local,simulation,docs,walk}/**/*.ts").map(
  (file) => ({
    file,
    text: readFileSync(file, "utf8"),
  }),
);
const imports = (text: string) =>
  [...text.matchAll(/(?:from|import)\s*\(?\s*["']([^"']+)["']/g)].map(([, name]) => name ?? "");
const naming = (pattern: RegExp, within: RegExp, except: RegExp) =>
  sources
    .filter(({ file, text }) => within.test(file) && !except.test(file) && pattern.test(text))
    .map(({ file }) => file);

describe("the house", () => {
  it("only store.ts and platform know the AWS SDK", () => {
    expect(
      naming(/from ["']@aws-sdk\//, /^(shared|functions|events)\//, /\/store\.ts$|^shared\/platform\//),
    ).toEqual([]);
  });

  it("only platform/dynamo calls TransactWriteItems", () => {
    expect(
      naming(/TransactWriteCommand\(|TransactWriteItemsCommand/, /./, /^shared\/platform\/dynamo\.ts$/),
    ).toEqual([]);
  });

  it("only those clients ask AWS that the local service holds against infra/permissions.ts", () => {
    expect(
      naming(
        /new \w+Client\(/,
        /^(shared|functions|events)\//,
        /^shared\/platform\/(dynamo|secrets|queue|objects|page)\.ts$/,
      ),
    ).toEqual([]);
  });

  it("rules, models and kernels' decisions read neither clock nor chance", () => {
    const rules =
      /^shared\/.*(rules|Rules|decide|listing|model|profile|identityDocument|dependants)\.ts$|^shared\/bank\//;
    expect(naming(/Date\.now\(|new Date\(\)|Math\.random\(|clock\.now/, rules, /^$/)).toEqual([]);
  });

  it("kernels have no word of events, vouchers or cards", () => {
    const kernels = /^shared\/(allotment|ledger)\//;
    expect(naming(/\b(event|registration|voucher|campaign|card)s?\b/i, kernels, /^$/)).toEqual([]);
    const outward = sources
      .filter(({ file }) => kernels.test(file))
      .flatMap(({ text }) => imports(text))
      .filter((name) => name.startsWith("#") && !name.startsWith("#shared/platform/"));
    expect(outward).toEqual([]);
  });

  it("the platform knows no context, and no context knows a function", () => {
    const knows = (from: RegExp, whom: RegExp) =>
      sources
        .filter(({ file }) => from.test(file))
        .flatMap(({ file, text }) =>
          imports(text)
            .filter((name) => whom.test(name))
            .map((name) => `${file} -> ${name}`),
        );
    expect(knows(/^shared\/platform\//, /^#(shared\/(?!platform)|functions)|^\.\.\//)).toEqual([]);
    expect(knows(/^shared\//, /^#(functions|infra|local)/)).toEqual([]);
    expect(knows(/^(shared|functions|events|infra|local|walk)\//, /^#(simulation|test)/)).toEqual([]);
  });

  it("what is outside Leyun shares no line with it, in either direction", () => {
    const within = /^local\/outside\//;
    const resolved = (file: string, name: string) =>
      name.startsWith(".") ? join(dirname(file), name) : name;
    const crossing = sources
      .flatMap(({ file, text }) => imports(text).map((name) => ({ file, name: resolved(file, name) })))
      .filter(({ file, name }) =>
        within.test(file)
          ? name.startsWith("#") || (name.endsWith(".ts") && !within.test(name))
          : within.test(name.replace(/^#/, "")),
      );
    expect(crossing).toEqual([]);
    expect(sources.filter(({ file }) => within.test(file)).length).toBeGreaterThan(0);
  });

  it("operations are short, files under 400 lines, and no room is without a name", () => {
    const lines = (text: string) => text.trim().split("\n").length;
    expect(sources.filter(({ text }) => lines(text) > 400).map(({ file }) => file)).toEqual([]);
    const operations = sources.filter(({ file }) => file.includes("/operations/"));
    // Imports and the doc comment beside, what an operation does fits into thirty lines.
    const body = (text: string) => text.replace(/^import[\s\S]*?from .*;$/gm, "").trim();
    expect(operations.filter(({ text }) => lines(body(text)) > 36).map(({ file }) => file)).toEqual([]);
    expect(sources.filter(({ file }) => /(^|\/)(utils?|helpers?|common|misc)(\/|\.)/.test(file))).toEqual([]);
  });

  it("zod is imported whole, by namespace, so that the bundle stays small", () => {
    expect(naming(/import \{[^}]*\} from ["']zod["']/, /./, /^$/)).toEqual([]);
  });
});

describe("routes", () => {
  it("have ids and addresses of their own", () => {
    expect(new Set(routes.map(({ operationId }) => operationId)).size).toBe(routes.length);
    expect(new Set(routes.map(({ method, path }) => `${method} ${path}`)).size).toBe(routes.length);
  });

  it("are each served by exactly the Lambda they name, and each operation has its route", async () => {
    const entries = globSync("functions/*/*.ts").filter(
      (entry) => !/^functions\/(jobs|streams)\//.test(entry),
    );
    const served: string[] = [];
    for (const entry of entries) {
      const [, folder, name] = /^functions\/(\w+)\/(\w+)\.ts$/.exec(entry) ?? [];
      const { handler } = (await import(`../../functions/${folder}/${name}.ts`)) as { handler: HttpFunction };
      for (const { route } of handler.operations) {
        expect([route.operationId, route.lambda]).toEqual([route.operationId, `${folder}/${name}`]);
        served.push(route.operationId);
      }
    }
    expect(served.sort()).toEqual(routes.map(({ operationId }) => operationId).sort());
  });

  it("that are POSTs name their requests by a key", () => {
    const exempt = /\/(code|refund-quotes|queue-tokens|uploads|verifications|notifications\/.*)$/;
    const without = routes.filter(
      ({ method, path, idempotency }) => method === "POST" && !idempotency && !exempt.test(path),
    );
    expect(without).toEqual([]);
  });

  it("that are PATCHes name the version they are based on", () => {
    expect(routes.filter(({ method, ifMatch }) => method === "PATCH" && ifMatch !== "required")).toEqual([]);
  });
});

it("every consumer of a queue, a stream or a schedule exists", () => {
  const consumers = [...Object.values(queues), ...Object.values(streams)].map(({ consumer }) => consumer);
  expect(consumers.filter((consumer) => !existsSync(`functions/${consumer}.ts`))).toEqual([]);
  expect(schedules.filter(({ queue }) => !(queue in queues))).toEqual([]);
});
