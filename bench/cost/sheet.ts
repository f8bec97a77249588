import { invoke } from "#local/functions.ts";
import { setClock } from "#shared/platform/clock.ts";
import { env } from "#shared/platform/env.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { queueClient } from "#shared/platform/queue.ts";
import { NOON, startTestService, type TestService } from "#test/support/service.ts";
import { type Consumed, Meter } from "./meter.ts";

/** What one operation costs in one case. */
export interface Row extends Consumed {
  operation: string;
  case: string;
  /** What it came to: a status, and the slug of a refusal. */
  outcome: string;
}

/** What a call came to: an answer of the API, or of a function that works on messages. */
interface Came {
  ok: boolean;
  status: number;
  body?: unknown;
}

/** `201`, or status and slug of a refusal. */
function outcomeOf({ ok, status, body }: Came): string {
  const { type = "" } = (ok ? {} : body) as { type?: string };
  return ok ? String(status) : `${status} ${type.replace("/problems/", "")}`;
}

const SECOND_MS = 1_000;
/** One machine seals each second; what a deployment seals at once is a minute. */
const deployed = { LEDGER_SEAL_INTERVAL_SECONDS: "60", LEDGER_SEAL_DELAY_SECONDS: "120" };

/**
 * The service on one machine with a meter at its store. The handlers' clock stands still but for a millisecond at
 * each reading, so that what they remember for seconds is as old in every run, on a fast machine and on a slow one.
 */
export class CostSheet {
  readonly service: TestService;
  readonly rows: Row[] = [];
  readonly #meter: Meter;
  #now = NOON.getTime();

  private constructor(service: TestService) {
    this.service = service;
    this.#meter = new Meter(service.parts.tableNames);
    setClock(() => {
      this.#now += 1;
      return this.#now;
    });
  }

  static async open(): Promise<CostSheet> {
    const service = await startTestService();
    Object.assign(process.env, deployed);
    if (env().LEDGER_SEAL_INTERVAL_SECONDS !== 60) throw new Error("the environment was read before");
    return new CostSheet(service);
  }

  async close(): Promise<void> {
    this.#meter.stop();
    await this.service.stop();
  }

  /** The instant of the service's clock, which reading it here does not move. */
  get now(): Date {
    return new Date(this.#now);
  }

  /** Moves the service's clock. */
  later(seconds: number): void {
    this.#now += seconds * SECOND_MS;
  }

  /** Moves it to the next multiple of so many seconds: what comes now is of one minute, or of one day, in every run. */
  toNext(seconds: number): void {
    this.#now = Math.ceil(this.#now / (seconds * SECOND_MS)) * seconds * SECOND_MS;
  }

  /** Writes down what a call costs to a service that remembers no counter and no event from before. */
  async costs<T extends Came>(
    operation: string,
    name: string,
    expected: string,
    call: () => Promise<T>,
  ): Promise<T> {
    this.later(60);
    return this.costsAtOnce(operation, name, expected, call);
  }

  /** The same, at the instant at which the call before it ended. */
  async costsAtOnce<T extends Came>(
    operation: string,
    name: string,
    expected: string,
    call: () => Promise<T>,
  ): Promise<T> {
    const { result, consumed } = await this.#meter.during(call);
    const outcome = outcomeOf(result);
    if (outcome !== expected)
      throw new Error(`${operation}, ${name}: ${outcome} instead of ${expected}: ${JSON.stringify(result)}`);
    if (this.rows.some((row) => row.operation === operation && row.case === name))
      throw new Error(`${operation} has two cases called ${name}`);
    this.rows.push({ operation, case: name, outcome, ...consumed });
    return result;
  }
}

/** What a kernel's own function came to, which no operation answers for. */
export async function cameOf(work: () => Promise<unknown>): Promise<Came> {
  try {
    return { ok: true, status: 200, body: await work() };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ok: false, status: error.problem.status, body: { type: error.problem.slug } };
  }
}

let messages = 0;

/** Hands messages to the function that works on a queue, all at once; `again` when one of them must come again. */
export async function deliver(consumer: string, bodies: readonly string[]): Promise<Came> {
  const Records = bodies.map((body) => {
    messages += 1;
    const attributes = { ApproximateReceiveCount: "1" };
    return { messageId: String(messages), receiptHandle: "bench", body, attributes, eventSource: "aws:sqs" };
  });
  const { batchItemFailures } = (await invoke(consumer, { Records })) as { batchItemFailures: unknown[] };
  return { ok: batchItemFailures.length === 0, status: 200, body: { type: "again" } };
}

/** Runs `work` and answers its result with the messages that were sent meanwhile. */
export async function sentDuring<T>(work: () => Promise<T>): Promise<{ result: T; bodies: string[] }> {
  const bodies: string[] = [];
  const name = "bench";
  queueClient().middlewareStack.add(
    <Args extends { input: object }, Output>(next: (args: Args) => Promise<Output>) =>
      async (args: Args): Promise<Output> => {
        bodies.push(String((args.input as { MessageBody?: string }).MessageBody));
        return next(args);
      },
    { step: "initialize", priority: "low", name },
  );
  try {
    return { result: await work(), bodies };
  } finally {
    queueClient().middlewareStack.remove(name);
  }
}
