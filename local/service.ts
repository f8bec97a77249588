import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type QueueName, queues, queueVariable } from "#events/queues.ts";
import { setClock } from "#shared/platform/clock.ts";
import { routes } from "#shared/routes.ts";
import { createGateway, type WireRequest, type WireResponse } from "./gateway.ts";
import { createIssuer, type Issuer } from "./issuer.ts";
import { localRoutes } from "./localRoutes.ts";
import { outsideProcess } from "./outsideProcess.ts";
import { type Parts, startParts } from "./parts/index.ts";
import { pollQueues } from "./pollers/queues.ts";
import { pollStreams } from "./pollers/streams.ts";
import { sandboxProvider } from "./sandboxProvider.ts";
import { runSchedules } from "./scheduler.ts";
import { sealWhilePosting } from "./sealing.ts";

/** The whole service on one machine. */
export interface LocalService {
  url: string;
  parts: Parts;
  issuer: Issuer;
  /** Hands a request to the service without a socket. */
  dispatch: (request: WireRequest) => Promise<WireResponse>;
  clock: LocalClock;
  stop(): Promise<void>;
}

/** The service's clock: real time and an offset. */
export class LocalClock {
  #offset = 0;
  now = (): Date => new Date(Date.now() + this.#offset);
  set(instant: Date): void {
    this.#offset = instant.getTime() - Date.now();
  }
  advance(seconds: number): void {
    this.#offset += seconds * 1000;
  }
}

async function read(request: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: request.method ?? "GET",
    target: request.url ?? "/",
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: Buffer.concat(chunks),
  };
}

export interface LocalOptions {
  /** 0 for any free port. */
  port: number;
  /** Keeps data, keys and tokens in this folder; in memory without it. */
  dir?: string;
  prefix?: string;
  /** Schedules and pollers; tests that drive jobs themselves leave them out. */
  background?: boolean;
  /** Queues that workers of their own serve (local/worker.ts). */
  leave?: readonly QueueName[];
  /** After how long a message comes again that a worker took and did not finish. */
  visibilitySeconds?: number;
  people?: Parameters<typeof createIssuer>[0]["people"];
  /** Sees every exchange with the service's own routes. */
  observe?: (request: WireRequest, response: WireResponse) => void;
}

const queueNames = Object.keys(queues) as QueueName[];

/** What goes on without a request. Returns how to stop each. */
async function work(parts: Parts, clock: LocalClock, served: readonly QueueName[]) {
  const sealing = sealWhilePosting();
  const seals = served.includes("ledger-seals");
  return [
    pollQueues(parts.queueUrl, served),
    await pollStreams(parts, (table) => {
      if (table === "journal" && seals) sealing.posted();
    }),
    runSchedules(parts, clock),
    sealing.stop,
  ];
}

/** Starts everything. The environment of this process becomes that of the handlers, which are loaded after it. */
export async function startService(options: LocalOptions): Promise<LocalService> {
  const { dir, prefix = "leyun-local", background = true, leave = [], visibilitySeconds } = options;
  const parts = await startParts({
    ...(dir !== undefined && { dir }),
    prefix,
    queues: queueNames,
    ...(visibilitySeconds !== undefined && { visibilitySeconds }),
  });
  const environment = {
    ...parts.env,
    STAGE: "local",
    IDENTITY_VERIFIER: "sandbox",
    NOTICE_CHANNELS: "sandbox",
    // Whoever posts here looks for what became of it at once.
    LEDGER_SEAL_INTERVAL_SECONDS: "1",
    LEDGER_SEAL_DELAY_SECONDS: "2",
    ...Object.fromEntries(queueNames.map((name) => [queueVariable(name), parts.queueUrl(name)])),
  };
  Object.assign(process.env, environment, {
    POWERTOOLS_LOG_LEVEL: process.env["POWERTOOLS_LOG_LEVEL"] ?? "ERROR",
    POWERTOOLS_METRICS_DISABLED: "true",
  });
  const clock = new LocalClock();
  setClock(() => clock.now().getTime());

  // A request that comes before everything is ready waits for it.
  const ready = Promise.withResolvers<(request: WireRequest) => Promise<WireResponse>>();
  const server = createServer(async (request, response) => {
    const [dispatch, wire] = await Promise.all([ready.promise, read(request)]);
    try {
      const answer = await dispatch(wire);
      response.writeHead(answer.status, answer.headers).end(answer.bytes ?? answer.body);
    } catch (error) {
      // What looks on found an answer that the description does not know.
      console.error(error);
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = await createIssuer({
    url,
    audience: "leyun",
    now: clock.now,
    ...(dir !== undefined && { dir }),
    ...(options.people && { people: options.people }),
  });
  const gateway = createGateway({ routes, verify: issuer.verify, now: clock.now });
  const outside = outsideProcess(dir === undefined ? {} : { dir });
  const connect = sandboxProvider({ outside, url, now: clock.now });
  const local = localRoutes({ clock, issuer, parts, url, environment, outside, connect });
  const dispatch = async (request: WireRequest): Promise<WireResponse> => {
    const answer = await local(request);
    if (answer) return answer;
    const response = await gateway(request);
    options.observe?.(request, response);
    return response;
  };
  ready.resolve(dispatch);
  const served = queueNames.filter((name) => !leave.includes(name));
  const stops = background ? await work(parts, clock, served) : [];
  return {
    url,
    parts,
    issuer,
    dispatch,
    clock,
    async stop() {
      await Promise.all([...stops.map((stop) => stop()), outside.stop()]);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await parts.stop();
    },
  };
}
