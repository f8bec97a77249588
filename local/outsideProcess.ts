import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { WireRequest, WireResponse } from "./gateway.ts";

/** The institutions outside Leyun (local/outside), in a process of their own that ends with this one. */
export interface Outside {
  /** Where they are; starts them at the first call. */
  url(): Promise<string>;
  /** Hands a request to them at a time of the caller's clock: `/bank/accounts`. */
  pass(request: WireRequest, target: string, now: Date): Promise<WireResponse>;
  stop(): Promise<void>;
}

/** How long a process may take to end by itself. */
const PATIENCE_MS = 3_000;

async function announced(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error("no output to read");
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), "line"),
    once(child, "exit").then(([code]) => Promise.reject(new Error(`local/outside ended by itself: ${code}`))),
  ])) as [string];
  return (JSON.parse(line) as { url: string }).url;
}

/** Nothing is started before it is asked for: most of what runs here never speaks to a bank. */
export function outsideProcess(of: { dir?: string }): Outside {
  let running: { child: ChildProcess; url: Promise<string> } | undefined;
  const start = () => {
    const data = of.dir === undefined ? [] : ["--data", join(of.dir, "outside")];
    const program = fileURLToPath(new URL("outside/main.ts", import.meta.url));
    // Its standard input is a pipe from here, which ends however this process does.
    const child = spawn(process.execPath, [program, "--port", "0", ...data], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const started = { child, url: announced(child) };
    child.once("exit", () => {
      if (running === started) running = undefined;
    });
    return started;
  };
  const url = () => {
    running ??= start();
    return running.url;
  };
  return {
    url,
    async pass({ method, headers, body }, target, now) {
      const type = headers["content-type"];
      const response = await fetch((await url()) + target, {
        method,
        headers: { "x-sandbox-now": now.toISOString(), ...(type !== undefined && { "content-type": type }) },
        ...(method !== "GET" && method !== "HEAD" && { body }),
      });
      return {
        status: response.status,
        headers: { "content-type": response.headers.get("content-type") ?? "application/octet-stream" },
        body: "",
        bytes: Buffer.from(await response.arrayBuffer()),
      };
    },
    async stop() {
      const child = running?.child;
      running = undefined;
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.stdin?.end();
      const late = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
      await ended;
      clearTimeout(late);
    },
  };
}
