import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const textAt = async (url: string | undefined): Promise<string> => (await fetch(url ?? "")).text();

const verifier = fileURLToPath(new URL("../verify/draw.ts", import.meta.url));

/** What `npm run draw:verify` says of a draw's published files. */
export function verified(files: { result: string; entrants: string; draw: object }): string {
  const folder = mkdtempSync(join(tmpdir(), "leyun-walk-"));
  try {
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const result = file("result.txt", files.result);
    const entrants = file("entrants.txt", files.entrants);
    const draw = file("draw.json", JSON.stringify(files.draw));
    const command = [verifier, result, "--entrants", entrants, "--draw", draw];
    const { stdout, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
    return `${stdout}${stderr}`.trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}
