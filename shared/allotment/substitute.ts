import { Contended, type Item, type Part } from "#shared/platform/database.ts";
import type { Kernel } from "./handOut.ts";
import { type Allotment, type Holder, holdEntry } from "./model.ts";
import type { Member } from "./request.ts";
import { Stale } from "./store.ts";

export interface Substitution {
  /** Hex key of the member who goes; never the first, who has the team's place. */
  goes: string;
  comes: Member;
  /** The request's key, remembered with the first. */
  key?: { id: string; body: string };
  also?: readonly Part[];
  /** What the context records of who goes, and of who comes. May throw a refusal. */
  record(of: { goes: Holder; comes: Member }): { goes: Item; comes: Item; answer: Item };
}

export type Substituted =
  | { outcome: "substituted"; first: Holder; comes: Holder }
  /** The team has no place and waits for none, or the one who goes is not of it. */
  | { outcome: "not-possible"; first: Holder }
  /** The one who comes has a place already, or waits for one. */
  | { outcome: "held"; holder: Holder };

const ROUNDS = 20;

/** One member of a team goes and another comes, in one write; the team keeps its place, its turn or its entry. */
export async function substitute(
  kernel: Kernel,
  allotment: Allotment,
  team: Holder,
  of: Substitution,
): Promise<Substituted> {
  const { db, store } = kernel;
  let first: Holder | undefined = team;
  for (let round = 0; first && round < ROUNDS; round += 1) {
    const { party = [], state } = first;
    const possible = state !== "released" && first.places !== undefined && party.indexOf(of.goes) > 0;
    if (!possible) return { outcome: "not-possible", first };
    const { holders } = await store.read(allotment, { holders: [...party, of.comes.holder] });
    const comer = holders.at(-1);
    if (comer && comer.state !== "released") return { outcome: "held", holder: comer };
    const standing = holders.slice(0, -1).flatMap((one) => one ?? []);
    const asRead =
      standing.length === party.length &&
      standing[0]?.version === first.version &&
      standing.every((one) => one.state === state);
    if (asRead) {
      const planned = plan(standing, comer, of);
      try {
        await db.commit([
          ...planned.map(({ was, next }) => store.planHolder(allotment, was, next)),
          ...(of.also ?? []),
        ]);
        const [leader, ...others] = planned.map(({ next }) => next);
        return { outcome: "substituted", first: leader as Holder, comes: others.at(-1) as Holder };
      } catch (error) {
        if (!(error instanceof Stale)) throw error;
      }
    }
    first = await store.findHolder(allotment, team.holder);
  }
  throw new Contended("lost every race to substitute a member");
}

/** Each holder as it stands and as it shall be: the first at the head, who comes at the end. */
function plan(
  standing: readonly Holder[],
  comer: Holder | undefined,
  { goes, comes, key, record }: Substitution,
): { was: Holder | undefined; next: Holder }[] {
  const going = standing.find(({ holder }) => holder === goes) as Holder;
  const recorded = record({ goes: going, comes });
  const party = standing.map(({ holder }) => (holder === goes ? comes.holder : holder));
  const stays = standing.flatMap((was, at) => {
    if (was === going) return [];
    const served = {
      ...was.served,
      ...(key && at === 0 && { [key.id]: { body: key.body, answer: recorded.answer } }),
    };
    return [{ was, next: { ...was, version: was.version + 1, party, served } }];
  });
  const { heldUntil, pending: _list, pendingSort: _order, leaves, since: _since, ...kept } = going;
  const gone: Holder = { ...kept, state: "released", version: going.version + 1, claim: recorded.goes };
  const { state, leaf, places, since } = going;
  const come: Holder = {
    ...comes,
    state,
    leaf,
    party,
    ...(places !== undefined && { places }),
    ...(leaves && { leaves }),
    ...(since !== undefined && { since }),
    ...(heldUntil !== undefined && { heldUntil, ...holdEntry({ holder: comes.holder, heldUntil }) }),
    attempt: (comer?.attempt ?? 0) + 1,
    version: (comer?.version ?? 0) + 1,
    served: comer?.served ?? {},
    claim: recorded.comes,
  };
  return [...stays, { was: going, next: gone }, { was: comer, next: come }];
}
