import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, request as forward } from "node:http";
import { type AddressInfo, createServer as createSocket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { QueueName } from "#events/queues.ts";

async function freePort(): Promise<number> {
  const socket = createSocket().listen(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address() as AddressInfo;
  socket.close();
  return port;
}

/** A program of local/ as a process of its own, which can be killed and started again. */
class LocalProcess {
  #child: ChildProcess | undefined;
  #starting: Promise<void> | undefined;
  /** Everything it has printed. */
  output = "";
  readonly #args: readonly string[];
  readonly #env: NodeJS.ProcessEnv;
  readonly #ready: (output: string) => Promise<boolean>;

  protected constructor(
    args: readonly string[],
    env: NodeJS.ProcessEnv,
    ready: (output: string) => Promise<boolean>,
  ) {
    this.#args = args;
    this.#env = { ...process.env, ...env };
    this.#ready = ready;
  }

  /** Starts it, or waits for the start under way. */
  start(): Promise<void> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    const child = spawn(process.execPath, this.#args, {
      env: this.#env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        this.output += chunk.toString();
      });
    for (let tries = 0; tries < 600; tries += 1) {
      if (child.exitCode !== null) throw new Error(`ended by itself:\n${said}`);
      if (await this.#ready(said)) return;
      await wait(50);
    }
    throw new Error(`not ready:\n${said}`);
  }

  /** Ends it, by default as if the power failed. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    this.#starting = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "exit");
  }
}

/** The local service, as `npm start` runs it. */
export class ServiceProcess extends LocalProcess {
  readonly url: string;

  private constructor(port: number, args: readonly string[], env: NodeJS.ProcessEnv) {
    const url = `http://127.0.0.1:${port}`;
    super(["local/main.ts", "--no-demo", ...args], { ...env, PORT: String(port) }, () =>
      fetch(`${url}/health`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    this.url = url;
  }

  static async create(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ServiceProcess> {
    return new ServiceProcess(await freePort(), args, env);
  }
}

/** A worker on queues that a service leaves to it. */
export class WorkerProcess extends LocalProcess {
  constructor(queues: readonly QueueName[], env: NodeJS.ProcessEnv = {}) {
    super(["local/worker.ts", ...queues], env, async (output) => output.includes("working on"));
  }
}

const WRITES = /\.(TransactWriteItems|PutItem|UpdateItem|DeleteItem|BatchWriteItem)$/;

/**
 * A proxy before the database that hands every request on and, around each write, asks `around` what to do.
 * `hand` sends the write on and resolves when the database has answered; the answer is given back only if `around`
 * resolves.
 */
export async function databaseProxy(endpoint: string, around: (hand: () => Promise<void>) => Promise<void>) {
  const target = new URL(endpoint);
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    let answer: { status: number; headers: NodeJS.Dict<string | string[]>; body: Buffer } | undefined;
    const hand = () =>
      new Promise<void>((resolve, reject) => {
        const { method, url: path, headers } = incoming;
        const sent = forward(
          { host: target.hostname, port: target.port, method, path, headers },
          async (response) => {
            const body: Buffer[] = [];
            for await (const chunk of response) body.push(chunk as Buffer);
            answer = {
              status: response.statusCode ?? 500,
              headers: response.headers,
              body: Buffer.concat(body),
            };
            resolve();
          },
        );
        sent.on("error", reject);
        sent.end(Buffer.concat(chunks));
      });
    try {
      await (WRITES.test(String(incoming.headers["x-amz-target"])) ? around(hand) : hand());
      if (answer) outgoing.writeHead(answer.status, answer.headers).end(answer.body);
      else outgoing.destroy();
    } catch {
      outgoing.destroy();
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
