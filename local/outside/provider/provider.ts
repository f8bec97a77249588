import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { OutsideClock } from "../clock.ts";
import type { OutsideAnswer, OutsideModule, OutsideRequest } from "../module.ts";
import { answerApi } from "./api.ts";
import { type Books, emptyBooks } from "./books.ts";
import { answerControl } from "./controls.ts";
import { createIdentity, type Identity } from "./identity.ts";
import { deliver } from "./notices.ts";
import { endDueRefunds } from "./refunds.ts";
import type { Sandbox } from "./sandbox.ts";

const LOOKS_EVERY_MS = 500;
/** Whoever is further away than the timestamp's own seconds explain has another clock. */
const AWAY_MS = 2_000;

async function kept(file: string | undefined): Promise<{ books: Books; identity: Identity } | undefined> {
  if (file === undefined) return undefined;
  return readFile(file, "utf8").then(
    (text) => JSON.parse(text) as { books: Books; identity: Identity },
    () => undefined,
  );
}

/**
 * A payment provider that speaks the protocol of WeChat Pay's APIv3 (`/provider/v3/...`), with books of its own, and
 * makes every mistake it is told to (`/provider/sandbox/...`). With `dir` it keeps keys and books in a file.
 */
export async function createProvider(of: { clock: OutsideClock; dir?: string }): Promise<OutsideModule> {
  const { clock, dir } = of;
  if (dir !== undefined) await mkdir(dir, { recursive: true, mode: 0o700 });
  const file = dir === undefined ? undefined : join(dir, "provider.json");
  const state = (await kept(file)) ?? { books: emptyBooks(), identity: await createIdentity() };
  const sandbox: Sandbox = { ...state, clock };

  let saving: Promise<void> = Promise.resolve();
  let saved = "";
  /** One after the other; a file that was begun is never the file that is read. */
  const save = (): Promise<void> => {
    saving = saving.then(async () => {
      const text = JSON.stringify(state);
      if (file === undefined || text === saved) return;
      await writeFile(`${file}.new`, text, { mode: 0o600 });
      await rename(`${file}.new`, file);
      saved = text;
    });
    return saving;
  };

  let looking = false;
  async function look(): Promise<void> {
    endDueRefunds(sandbox);
    if (sandbox.books.config.delivers === "by-itself") await deliver(sandbox, "due");
    await save();
  }
  setInterval(async () => {
    if (looking) return;
    looking = true;
    await look().catch((error: unknown) => console.error(error));
    looking = false;
  }, LOOKS_EVERY_MS).unref();

  /** A request is signed at a time, by which the sandbox can keep the clock of a caller who moves theirs. */
  function follow({ headers }: OutsideRequest): void {
    if (sandbox.books.config.clock === "own") return;
    const seconds = /\btimestamp="(\d{1,12})"/.exec(headers["authorization"] ?? "")?.[1];
    if (seconds === undefined) return;
    const signedAt = Number(seconds) * 1_000;
    if (Math.abs(signedAt - clock.now().getTime()) > AWAY_MS) clock.set(new Date(signedAt));
  }

  async function handle(request: OutsideRequest): Promise<OutsideAnswer> {
    follow(request);
    endDueRefunds(sandbox);
    const { path } = request;
    const answer = path.startsWith("/sandbox/")
      ? await answerControl(sandbox, request, path.slice("/sandbox/".length))
      : await answerApi(sandbox, request, path);
    await save();
    return answer;
  }

  return { handle };
}
