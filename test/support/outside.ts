import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

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
