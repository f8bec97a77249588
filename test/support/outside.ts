import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { type Order, type PaymentProvider, ProviderRefused } from "#shared/payments/port.ts";
import type { WechatPayCredentials } from "#shared/payments/wechatPay/credentials.ts";
import { createWechatPay } from "#shared/payments/wechatPay/wechatPay.ts";
import { Refusal } from "#shared/platform/problem.ts";

/** The programs of those whom Leyun deals with, as one process of its own. */
export interface Outside {
  url: string;
  /** Drives the sandbox provider: `POST /provider/sandbox/<name>`; the answer's body. */
  provider<Answer = Record<string, unknown>>(name: string, body?: object): Promise<Answer>;
  /** What the sandbox provider tells of itself: `GET /provider/sandbox/<name>`. */
  ofProvider<Answer = Record<string, unknown>>(name: string): Promise<Answer>;
  /** The time out there from now on. */
  setClock(instant: Date): Promise<void>;
  stop(): Promise<void>;
}

async function ask(url: string, body: object | undefined, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: body === undefined ? "GET" : "POST",
    headers: { "content-type": "application/json", ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return JSON.parse(text) as unknown;
}

/** Starts local/outside/main.ts on a free port. */
export async function startOutside(options: { dir?: string } = {}): Promise<Outside> {
  const kept = options.dir === undefined ? [] : ["--data", options.dir];
  const child: ChildProcess = spawn(process.execPath, ["local/outside/main.ts", "--port", "0", ...kept], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (!child.stdout) throw new Error("no output");
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([
    once(lines, "line"),
    once(child, "exit").then(() => Promise.reject(new Error("local/outside/main.ts ended by itself"))),
  ])) as [string];
  const { url } = JSON.parse(line) as { url: string };
  return {
    url,
    provider: async <Answer>(name: string, body: object = {}) =>
      (await ask(`${url}/provider/sandbox/${name}`, body)) as Answer,
    ofProvider: async <Answer>(name: string) =>
      (await ask(`${url}/provider/sandbox/${name}`, undefined)) as Answer,
    setClock: async (instant) => {
      await ask(`${url}/provider/sandbox/books`, undefined, { "x-sandbox-now": instant.toISOString() });
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      child.stdin?.end();
      await once(child, "exit");
    },
  };
}

/** How the sandbox provider's merchant speaks to it, on the clock of a test. */
export async function merchantOf(
  outside: Outside,
  of: { keys?: "certificate" | "public-key"; now?: () => Date; fetch?: typeof fetch; timeoutMs?: number } & {
    credentials?: Partial<WechatPayCredentials>;
  } = {},
): Promise<PaymentProvider> {
  const { keys = "certificate", credentials = {}, ...surroundings } = of;
  const given = await outside.ofProvider<WechatPayCredentials>(`credentials?keys=${keys}`);
  return createWechatPay({ ...given, ...credentials }, surroundings);
}

let orders = 0;

/** An order that no other test has. */
export function orderOf(of: Partial<Order> & { now?: Date } = {}): Order {
  orders += 1;
  const { now = new Date(), ...rest } = of;
  return {
    paymentId: `pay_${String(now.getTime())}${String(orders).padStart(6, "0")}`,
    amountFen: 12_800,
    description: "平望镇运河健步走 报名费",
    expiresAt: new Date(now.getTime() + 15 * 60_000).toISOString(),
    channel: { kind: "native" },
    ...rest,
  };
}

/** A refusal as the provider named it, or what was thrown instead. */
export const saidNo = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    (answer) => `answered ${JSON.stringify(answer)}`,
    (error: unknown) =>
      error instanceof ProviderRefused
        ? `${error.reason} ${error.code}`
        : error instanceof Refusal
          ? `${error.problem.status} ${error.problem.slug}`
          : (error as Error).name,
  );
