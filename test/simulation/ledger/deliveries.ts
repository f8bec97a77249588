import { faultsBySeed } from "#simulation/faults.ts";
import { usualLatency } from "#simulation/latency.ts";
import { World } from "#simulation/world.ts";
import { type Act, Actor } from "./acts.ts";
import { audited } from "./auditing.ts";
import { available, cardOf, drafts } from "./chart.ts";
import { Scene } from "./scene.ts";
import { prompt, rough } from "./stream.ts";

const LIMIT = 100_000;
const PATIENCE = 300;

/**
 * Acts of which all can be done in the order in which they stand, and each of which can be done in the end whatever
 * came before it: enough money comes in, nothing is taken back beyond what it was, every hold ends once.
 */
export function scriptOf({ random }: World): Act[] {
  const upTo = (most: number) => 1 + Math.floor(random() * most);
  const chance = (probability: number) => random() < probability;
  const acts: Act[] = [];
  const capped = (byFen: number) => ({ ceilings: [{ name: "most:m1", limitFen: LIMIT, byFen }] });
  const post = (draft: (Act & { act: "post" })["draft"]): Act => ({ act: "post", draft });
  const cards = [cardOf("m1", 1), cardOf("m1", 2)];
  acts.push(post(drafts.grant("grant", "x1", 5_000)));
  for (const [at, card] of cards.entries()) {
    const name = `c${at}`;
    acts.push(post(drafts.deposit(`${name}-in`, card, 5_000, capped(5_000))));
    for (let nth = 0; nth < 3; nth += 1) {
      const id = `${name}-${nth}`;
      const fen = 10 + upTo(300);
      if (chance(0.4)) acts.push(post(drafts.spend(id, card, fen, capped(-fen))));
      else if (chance(0.5)) acts.push(post(drafts.correct(id, card, fen, fen + 20)));
      else
        acts.push(
          post(drafts.request(id, card, fen)),
          // What can be taken back of the request stays unconfirmed.
          post(drafts.confirm(`${id}-ok`, card, Math.ceil(fen * 0.1))),
        );
      if (chance(0.5)) acts.push({ act: "reverse", id: `${id}-half`, of: id, share: 0.5 });
      if (chance(0.2)) acts.push({ act: "reverse", id: `${id}-less`, of: id, share: 0.3 });
    }
    acts.push({ act: "reverse", id: `${name}-back`, of: `${name}-in`, share: 0.1 });
    acts.push(post(drafts.transfer(`${name}-move`, card, cards[1 - at] ?? card, upTo(200))));
    const [take, letGo] = [`${name}-h1`, `${name}-h2`];
    const account = chance(0.5) ? card.unconsumed : available("x1");
    const captures = [{ holdId: take, account }];
    acts.push(
      { act: "hold", id: take, account, amountFen: 150, forMs: 86_400_000 },
      { act: "hold", id: letGo, account, amountFen: 150, forMs: 86_400_000 },
      post(
        account === card.unconsumed
          ? drafts.spend(`${name}-take`, card, upTo(150), { captures })
          : drafts.redeem(`${name}-take`, "x1", upTo(150), { captures }),
      ),
      { act: "release", id: letGo, account },
    );
    if (chance(0.3)) acts.push(post(drafts.deposit(`${name}-may`, card, 10, { businessDate: "2026-05-30" })));
  }
  return acts;
}

async function delivered(
  seed: number,
  roughly: boolean,
  deliver: (scene: Scene, acts: readonly Act[]) => Promise<void>,
): Promise<Scene> {
  const acts = scriptOf(new World(seed));
  const world = new World(seed);
  return world.run(async () => {
    const scene = new Scene(world, {
      options: {
        latency: usualLatency,
        ...(roughly && seed % 2 === 1 && { fault: faultsBySeed(world, 0.02) }),
      },
      deliveries: roughly ? rough(200_000) : prompt,
      limits: { "most:m1": LIMIT },
      ...(roughly && { second: 0.2, missed: 0.1 }),
    });
    scene.begin();
    await deliver(scene, acts);
    await scene.settle();
    await audited(scene);
    return scene;
  });
}

/** Each act once, one after the other. */
export const once = (seed: number): Promise<Scene> =>
  delivered(seed, false, async (scene, acts) => {
    const actor = new Actor(scene);
    for (const act of acts) {
      const told = await actor.press(act);
      scene.oracle.tell(told === "done", () => `${JSON.stringify(act)} was told ${told}`);
    }
  });

/** Each act one to five times, in no order; what is refused comes again, as a queue brings it. */
export const often = (seed: number): Promise<Scene> =>
  delivered(seed, true, async (scene, acts) => {
    const { world } = scene;
    const actor = new Actor(scene);
    const bring = async (act: Act) => {
      await world.sleep(world.random() * 20_000);
      for (let tries = 0; (await actor.press(act)) !== "done"; tries += 1) {
        if (tries === PATIENCE) return scene.oracle.violate(`${JSON.stringify(act)} was never done`);
        await world.sleep(world.random() * 5_000);
      }
    };
    const copies = acts.flatMap((act) => Array<Act>(1 + Math.floor(world.random() * 5)).fill(act));
    await Promise.all(copies.map(bring));
  });
