import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { outsideProcess } from "#local/outsideProcess.ts";
import { bankMappings } from "#shared/bank/mappings.ts";
import { readStatement } from "#shared/bank/statement.ts";
import { type BankAccount, type BankTransaction, OutsideProcess } from "#test/support/bank.ts";
import { NOON, startTestService, type TestService } from "#test/support/service.ts";

const answers = (url: string) =>
  fetch(`${url}/bank/accounts`).then(
    ({ ok }) => ok,
    () => false,
  );
const gone = (url: string) => vi.waitFor(async () => expect(await answers(url)).toBe(false), 10_000);

describe("the process outside", () => {
  it.each<NodeJS.Signals>(["SIGINT", "SIGTERM"])("stops on %s without complaint", async (signal) => {
    const { child, url } = await OutsideProcess.start({ now: "2026-11-24T01:00:00Z" });
    expect(await answers(url)).toBe(true);
    child.kill(signal);
    expect((await once(child, "exit"))[0]).toBe(0);
  });

  it("ends when its standard input does", async () => {
    const { child, url } = await OutsideProcess.start({ now: "2026-11-24T01:00:00Z" });
    expect(await answers(url)).toBe(true);
    child.stdin?.end();
    expect((await once(child, "exit"))[0]).toBe(0);
  });

  it("ends with a parent that is killed and cannot say so", async () => {
    const program = `
      import { outsideProcess } from "./local/outsideProcess.ts";
      console.log(await outsideProcess({}).url());
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [url] = (await once(createInterface(parent.stdout), "line")) as [string];
    expect(await answers(url)).toBe(true);
    parent.kill("SIGKILL");
    await gone(url);
  });

  it("keeps its books in a folder where it is given one", async () => {
    const dir = await mkdtemp(join(tmpdir(), "leyun-outside-"));
    const start = (now: string) => OutsideProcess.start({ args: ["--data", dir], now });
    const monday = await start("2026-11-23T04:00:00Z");
    const { number } = await monday.good<BankAccount>("POST /accounts", {
      ...{ bank: "a", name: "存管户", kind: "custody", depositFen: 500 },
    });
    await monday.good("POST /mistakes", { kind: "missing-line", account: number });
    await monday.stop();
    const tuesday = await start("2026-11-24T04:00:00Z");
    const later = await tuesday.good<BankTransaction>("POST /receipts", { account: number, amountFen: 7 });
    expect(later).toMatchObject({ balanceFen: 507 });
    expect(await tuesday.good("GET /mistakes")).toMatchObject([{ serial: later.serial }]);
    await tuesday.stop();
    await rm(dir, { recursive: true });
  });
});

describe("the local service", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });

  const children = () => process.getActiveResourcesInfo().filter((name) => name === "ProcessWrap").length;
  const ask = (method: string, path: string, body?: object) =>
    fetch(service.url + path, { method, ...(body && { body: JSON.stringify(body) }) });
  const info = async () => (await (await ask("GET", "/local/info")).json()) as { outside: string };

  it("starts nothing outside before somebody asks for it, and then lists where it is", async () => {
    const before = children();
    expect((await ask("GET", "/health")).status).toBe(200);
    expect(children()).toBe(before);
    const { outside } = await info();
    expect(children()).toBe(before + 1);
    expect(await answers(outside)).toBe(true);
    expect((await info()).outside).toBe(outside);
  });

  it("hands /local/bank to the bank at its own time, and files back byte for byte", async () => {
    const opened = await ask("POST", "/local/bank/accounts", {
      ...{ bank: "a", name: "𠮷存管户", kind: "custody", depositFen: 12_345 },
    });
    expect(opened.status).toBe(201);
    const { number } = (await opened.json()) as BankAccount;
    const path = `/bank/statements/${number}/2026-06-10`;
    expect((await ask("GET", `/local${path}`)).status).toBe(404);
    service.clock.set(new Date(NOON.getTime() + 86_400_000));
    const bytes = Buffer.from(await (await ask("GET", `/local${path}`)).arrayBuffer());
    const direct = await fetch((await info()).outside + path);
    expect(bytes.equals(Buffer.from(await direct.arrayBuffer()))).toBe(true);
    const { lines, faults, name } = readStatement(bytes, bankMappings["sandbox-a"]);
    expect([name, faults]).toEqual(["𠮷存管户", []]);
    expect(lines).toMatchObject([{ amountFen: 12_345, bookedAt: expect.stringMatching(/^2026-06-10T04:0/) }]);
    expect(await (await ask("GET", `/local/bank/transactions?account=${number}`)).json()).toMatchObject([
      { amountFen: 12_345 },
    ]);
  });

  it("hands refusals on as they are", async () => {
    const refused = await ask("POST", "/local/bank/receipts", { account: "99999", amountFen: 1 });
    expect([refused.status, await refused.json()]).toEqual([
      404,
      { error: "account-missing", account: "99999" },
    ]);
    expect((await ask("GET", "/local/bank/nowhere")).status).toBe(404);
  });

  it("stops it when it stops itself, and starts another where one has ended", async () => {
    const outside = outsideProcess({});
    const url = await outside.url();
    await outside.stop();
    expect(await answers(url)).toBe(false);
    const again = await outside.url();
    expect(await answers(again)).toBe(true);
    await Promise.all([outside.stop(), outside.stop()]);
    await outside.stop();
    expect(await answers(again)).toBe(false);
    const own = (await info()).outside;
    await service.stop();
    expect(await answers(own)).toBe(false);
  });
});
