import { Contended, type Database, type Item, type Part } from "#shared/platform/database.ts";
import { type Refused, refuseTake, type Standing, type TakeRequest } from "./decide.ts";
import type { Allotment, Holder } from "./model.ts";
import { type AllotmentStore, Stale } from "./store.ts";

/** How often a lost race is judged anew before it is called contention. */
const ROUNDS = 20;

export interface Taking extends TakeRequest {
  owner: string;
  ownerSort: string;
  claim: Item;
  /** What a repeat of this request is answered. */
  answer: Item;
  /** Parts of other contexts in the same write. */
  also?: readonly Part[];
}

export type Taken = { outcome: "taken"; holder: Holder } | Refused;

const withServed = (
  holder: Holder | undefined,
  { key, answer }: { key?: { id: string; body: string }; answer: Item },
) => ({
  ...holder?.served,
  ...(key && { [key.id]: { body: key.body, answer } }),
});

/**
 * Takes one place for one holder, or says why not. Exact under any race: the counters and the holder's item change
 * in one conditional write, and every lost race is judged again on what then stands.
 * @param standing what the caller read already; spares the first read
 */
export async function take(
  db: Database,
  store: AllotmentStore,
  allotment: Allotment,
  taking: Taking,
  standing?: Standing,
): Promise<Taken> {
  let now = standing;
  for (let round = 0; round < ROUNDS; round += 1) {
    now ??= await store.readStanding(allotment, taking.holder, taking.leaf);
    const refused = refuseTake(now, taking);
    if (refused) return refused;
    const was = now.holder;
    const holder: Holder = {
      holder: taking.holder,
      state: "active",
      leaf: taking.leaf,
      attempt: (was?.attempt ?? 0) + 1,
      version: (was?.version ?? 0) + 1,
      served: withServed(was, taking),
      owner: taking.owner,
      ownerSort: taking.ownerSort,
      claim: taking.claim,
    };
    try {
      await db.commit([
        store.planHolder(allotment, was, holder),
        ...(taking.also ?? []),
        ...store.planTaking(allotment, taking.leaf, taking.rules),
      ]);
      return { outcome: "taken", holder };
    } catch (error) {
      if (!(error instanceof Stale)) throw error;
      now = undefined;
    }
  }
  throw new Contended("lost every race for a place");
}

export interface GivingBack {
  /** The request's key, when the holder's own item remembers it. */
  key?: { id: string; body: string };
  /** What the context then records of the place and answers, given the holder as it stands. */
  change: (standing: Holder) => { claim: Item; answer: Item };
}

export type GivenBack = { outcome: "given-back" | "not-held"; holder: Holder };

/** Gives a holder's place back to lane 0 of its leaf; who holds none gives nothing back. */
export async function giveBack(
  db: Database,
  store: AllotmentStore,
  allotment: Allotment,
  standing: Holder,
  giving: GivingBack,
): Promise<GivenBack> {
  let was: Holder | undefined = standing;
  for (let round = 0; was && round < ROUNDS; round += 1) {
    if (was.state !== "active") return { outcome: "not-held", holder: was };
    const { claim, answer } = giving.change(was);
    const holder: Holder = {
      ...was,
      state: "released",
      version: was.version + 1,
      served: withServed(was, { ...giving, answer }),
      claim,
    };
    try {
      await db.commit([
        store.planHolder(allotment, was, holder),
        ...store.planReturning(allotment, was.leaf),
      ]);
      return { outcome: "given-back", holder };
    } catch (error) {
      if (!(error instanceof Stale)) throw error;
      was = await store.findHolder(allotment, standing.holder);
    }
  }
  throw new Contended("lost every race to give a place back");
}
