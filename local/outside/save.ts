import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Save } from "./module.ts";

/** Keeps a module's state as JSON in a folder; nowhere without one. */
export function saveIn(dir: string | undefined, name: string): Save {
  if (dir === undefined) return { read: () => undefined, write: () => undefined };
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, `${name}.json`);
  return {
    read() {
      try {
        return JSON.parse(readFileSync(file, "utf8"));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
      }
    },
    write(state) {
      writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
  };
}
