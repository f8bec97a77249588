import type { Caller } from "#shared/platform/caller.ts";
import { idFromBytes } from "#shared/platform/ids.ts";
import { reference } from "#shared/platform/secrets.ts";

/** Who acted, as books and logs name them: one pseudonym for one account, which tells two people apart. */
export async function actorOf({ sub }: Pick<Caller, "sub">): Promise<string> {
  return idFromBytes("act", (await reference("actor", sub)).subarray(0, 16));
}
