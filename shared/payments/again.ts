import { Contended } from "#shared/platform/database.ts";
import { Moved } from "./store.ts";

const ATTEMPTS = 5;

/** Decides anew where somebody else wrote what was decided on. Throws Contended when that does not end. */
export async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; tries <= ATTEMPTS; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Moved)) throw error;
    }
  }
  throw new Contended("others kept writing the same payment");
}
