import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** The programs outside Leyun in a process of their own, and a bank's customer who talks to it at a time of choice. */
export class OutsideProcess {
  readonly child: ChildProcess;
  readonly url: string;
  /** The customer's clock, which the bank follows. */
  now: Date;

  private constructor(child: ChildProcess, url: string, now: Date) {
    this.child = child;
    this.url = url;
    this.now = now;
  }

  static async start(of: { args?: readonly string[]; now: string }): Promise<OutsideProcess> {
    const child = spawn(process.execPath, ["local/outside/main.ts", "--port", "0", ...(of.args ?? [])], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    if (!child.stdout) throw new Error("no output");
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    return new OutsideProcess(child, (JSON.parse(line) as { url: string }).url, new Date(of.now));
  }

  /** Asks the bank: status and body as it came. */
  async ask(at: string, body?: unknown): Promise<{ status: number; type: string; bytes: Buffer }> {
    const [method = "GET", path = ""] = at.split(" ");
    const response = await fetch(`${this.url}/bank${path}`, {
      method,
      headers: { "x-sandbox-now": this.now.toISOString() },
      ...(body !== undefined && { body: body instanceof Uint8Array ? body : JSON.stringify(body) }),
    });
    const type = response.headers.get("content-type") ?? "";
    return { status: response.status, type, bytes: Buffer.from(await response.arrayBuffer()) };
  }

  /** What the bank answers with success. */
  async good<Body>(at: string, body?: unknown): Promise<Body> {
    const { status, bytes } = await this.ask(at, body);
    if (status >= 300) throw new Error(`${at}: ${status} ${bytes}`);
    return JSON.parse(bytes.toString()) as Body;
  }

  /** A file that the bank gives out. */
  async file(path: string): Promise<Buffer> {
    const { status, bytes } = await this.ask(`GET ${path}`);
    if (status !== 200) throw new Error(`${path}: ${status} ${bytes}`);
    return bytes;
  }

  at(instant: string): void {
    this.now = new Date(instant);
  }

  /** Goes on to a time of the day in Shanghai. */
  to(date: string, time: string): void {
    this.at(`${date}T${time}+08:00`);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.stdin?.end();
    await once(this.child, "exit");
  }
}

/** What the sandbox bank says of an account. */
export interface BankAccount {
  number: string;
  name: string;
  balanceFen: number;
}

/** What it has in its books, whatever its files say. */
export interface BankTransaction {
  serial: string;
  at: string;
  valueDate: string;
  side: "debit" | "credit";
  amountFen: number;
  balanceFen: number;
  summary: string;
  counterparty: { name: string; number: string; bank: string };
}

export interface BankMistake {
  id: string;
  kind: string;
  serial?: string;
  date?: string;
  appearsOn?: string;
  trueFen?: number;
  shownFen?: number;
  reference?: string;
  returnSerial?: string;
  givenOutAt?: string;
  by: string;
}

/** The two banks' 联行号. */
export const bankNumbers = { a: "999305000014", b: "999305000022" } as const;
export type SandboxBank = keyof typeof bankNumbers;
