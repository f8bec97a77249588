import { World } from "#simulation/world.ts";
import { type Act, Actor } from "./acts.ts";
import { audited, auditedMeanwhile } from "./auditing.ts";
import { available, type Card, cardOf, drafts, funds, merchants } from "./chart.ts";
import { Reader } from "./reader.ts";
import { Scene, type Setting } from "./scene.ts";

/** What callers do, each as often as its weight has it. */
export const deeds = [
  "deposit",
  "capped",
  "spend",
  "request",
  "confirm",
  "transfer",
  "correct",
  "payOut",
  "grant",
  "redeem",
  "hold",
  "reverse",
  "freeze",
  "backDated",
] as const;
export type Deed = (typeof deeds)[number];

export interface Play {
  seed: number;
  callers: number;
  /** How often each caller does something. */
  acts: number;
  weights: Partial<Record<Deed, number>>;
  cards: number;
  /** How long anybody waits between two things at most. */
  pauseMs: number;
  /** Chances: that somebody presses twice at once, and that a request comes again later. */
  twice?: number;
  again?: number;
  /** Readers of the books while it goes on. */
  readers?: number;
  /** Audits while it goes on. */
  auditors?: number;
  /** Closes May after so long. */
  closesAfterMs?: number;
  /** Money is stopped and let go so often, by two at once. */
  stops?: number;
  startsAt?: number;
  setting: (world: World) => Setting;
}

const CEILING = 900;
export const limits = Object.fromEntries(merchants.map((merchant) => [`most:${merchant}`, CEILING]));

class Stage {
  readonly #play: Play;
  readonly #world: World;
  readonly #scene: Scene;
  readonly #actor: Actor;
  readonly #cards: readonly Card[];
  readonly #later: Promise<unknown>[] = [];
  readonly #reader: Reader;
  #ids = 0;
  #over = false;

  constructor(play: Play, scene: Scene) {
    this.#play = play;
    this.#world = scene.world;
    this.#scene = scene;
    this.#actor = new Actor(scene);
    this.#reader = new Reader(scene);
    this.#cards = Array.from({ length: play.cards }, (_, at) =>
      cardOf(merchants[at % 2] ?? "m1", Math.floor(at / 2)),
    );
  }

  async run(): Promise<void> {
    const { callers, readers = 0, auditors = 0, closesAfterMs, stops = 0 } = this.#play;
    this.#scene.begin();
    const background = [
      ...Array.from({ length: readers }, () => this.#read()),
      ...Array.from({ length: auditors }, () => this.#audit()),
      ...(closesAfterMs === undefined ? [] : [0, 1].map(() => this.#close(closesAfterMs))),
      ...Array.from({ length: stops > 0 ? 2 : 0 }, () => this.#stop(stops)),
    ];
    await Promise.all(Array.from({ length: callers }, () => this.#caller()));
    this.#over = true;
    await Promise.all([...background, ...this.#later]);
    await this.#scene.settle();
    this.#actor.end();
    for (let nth = 0; nth < 8; nth += 1) await this.#reader.look();
    await this.#reader.statements();
  }

  #chance(probability = 0): boolean {
    return this.#world.random() < probability;
  }

  #oneOf<T>(of: readonly T[]): T {
    return of[Math.floor(this.#world.random() * of.length)] as T;
  }

  #upTo(most: number): number {
    return 1 + Math.floor(this.#world.random() * most);
  }

  #pause(share = 1): Promise<void> {
    return this.#world.sleep(this.#world.random() * share * this.#play.pauseMs);
  }

  #id(): string {
    this.#ids += 1;
    return `e${this.#ids}`;
  }

  async #caller(): Promise<void> {
    for (let nth = 0; nth < this.#play.acts; nth += 1) {
      await this.#pause();
      const deed = this.#deed();
      if (deed === "hold") await this.#holds();
      else if (deed === "freeze") await this.#freezes();
      else if (deed === "reverse") await this.#reverses();
      else {
        const act = this.#act(deed);
        if (act) await this.#press(act);
      }
    }
  }

  #deed(): Deed {
    const { weights } = this.#play;
    const sum = deeds.reduce((total, deed) => total + (weights[deed] ?? 0), 0);
    let at = this.#world.random() * sum;
    for (const deed of deeds) {
      at -= weights[deed] ?? 0;
      if (at < 0) return deed;
    }
    return "deposit";
  }

  /** One act, now and then by two at once, and now and then once more when it is long over. */
  async #press(act: Act): Promise<string> {
    const presses = this.#chance(this.#play.twice) ? [act, act] : [act];
    const [told = ""] = await Promise.all(presses.map((one) => this.#actor.press(one)));
    if (this.#chance(this.#play.again)) {
      const again = this.#pause(6).then(() => this.#actor.press(act));
      this.#later.push(again);
    }
    return told;
  }

  #act(deed: Exclude<Deed, "hold" | "freeze" | "reverse">): Act | undefined {
    const id = this.#id();
    const card = this.#oneOf(this.#cards);
    const fund = this.#oneOf(funds);
    const post = (draft: (Act & { act: "post" })["draft"]): Act => ({ act: "post", draft });
    switch (deed) {
      case "deposit":
        return post(drafts.deposit(id, card, 100 + this.#upTo(400)));
      case "capped": {
        const name = `most:${card.merchant}`;
        const fen = this.#upTo(this.#chance(0.1) ? 3 * CEILING : 700);
        if (this.#chance(0.6))
          return post(drafts.deposit(id, card, fen, { ceilings: [{ name, limitFen: CEILING, byFen: fen }] }));
        return post(drafts.spend(id, card, fen, { ceilings: [{ name, limitFen: CEILING, byFen: -fen }] }));
      }
      case "spend":
        return post(drafts.spend(id, card, this.#upTo(300)));
      case "request":
        return post(drafts.request(id, card, this.#upTo(200)));
      case "confirm":
        return post(drafts.confirm(id, card, this.#upTo(150)));
      case "transfer": {
        const to = this.#oneOf(this.#cards.filter(({ merchant }) => merchant === card.merchant));
        return to === card ? undefined : post(drafts.transfer(id, card, to, this.#upTo(200)));
      }
      case "correct": {
        const wrong = this.#upTo(100);
        return post(drafts.correct(id, card, wrong, wrong + this.#upTo(50)));
      }
      case "payOut":
        return post(drafts.payOut(id, card.merchant, this.#upTo(100)));
      case "grant":
        return post(drafts.grant(id, fund, 200 + this.#upTo(500)));
      case "redeem":
        return post(drafts.redeem(id, fund, this.#upTo(300)));
      case "backDated":
        return post(drafts.deposit(id, card, this.#upTo(300), { businessDate: "2026-05-31" }));
    }
  }

  /** Takes something back, often by two at once who do not know of each other. */
  async #reverses(): Promise<void> {
    const of = this.#oneOf([...this.#scene.oracle.entries.keys()]);
    if (of === undefined) return;
    const some = () => (this.#chance(0.7) ? { share: this.#oneOf([0.3, 0.5, 0.7]) } : {});
    const askers = this.#chance(0.4) ? this.#oneOf([2, 3]) : 1;
    await Promise.all(
      Array.from({ length: askers }, () => this.#press({ act: "reverse", id: this.#id(), of, ...some() })),
    );
  }

  /** Sets something aside and takes it, lets it go, both at once, or forgets it. */
  async #holds(): Promise<void> {
    const id = this.#id();
    const card = this.#oneOf(this.#cards);
    const fund = this.#oneOf(funds);
    const ofCard = this.#chance(0.6);
    const account = ofCard ? card.unconsumed : available(fund);
    const amountFen = this.#upTo(200);
    const forMs = this.#play.pauseMs * (0.2 + 3 * this.#world.random());
    if ((await this.#press({ act: "hold", id, account, amountFen, forMs })) !== "done") return;
    await this.#pause();
    const more = { captures: [{ holdId: id, account }] };
    const draft = ofCard
      ? drafts.spend(this.#id(), card, amountFen, more)
      : drafts.redeem(this.#id(), fund, amountFen, more);
    const take = () => this.#press({ act: "post", draft });
    const letGo = () => this.#press({ act: "release", id, account });
    const way = this.#world.random();
    if (way < 0.4) await take();
    else if (way < 0.6) await letGo();
    else if (way < 0.8) await Promise.all([take(), letGo()]);
  }

  async #freezes(): Promise<void> {
    const { item } = this.#oneOf(this.#cards);
    await this.#press({ act: "freeze", item });
    await this.#pause(2);
    await this.#press({ act: "unfreeze", item });
  }

  async #read(): Promise<void> {
    while (!this.#over) {
      await this.#pause(0.5);
      await this.#reader.look();
    }
  }

  async #audit(): Promise<void> {
    while (!this.#over) {
      await this.#pause(2);
      await auditedMeanwhile(this.#scene, this.#play.pauseMs / 2);
    }
  }

  async #close(afterMs: number): Promise<void> {
    await this.#world.sleep(afterMs + this.#world.random() * 2_000);
    await this.#actor.press({ act: "close", period: "2026-05" });
    await this.#world.sleep(this.#world.random() * 10_000);
    await this.#actor.press({ act: "closed", period: "2026-05" });
  }

  async #stop(times: number): Promise<void> {
    for (let nth = 0; nth < times; nth += 1) {
      await this.#pause(2);
      await this.#actor.press({ act: "stop" });
      await this.#pause(0.5);
      await this.#actor.press({ act: "resume" });
    }
    await this.#actor.press({ act: "resume" });
  }
}

/** Plays one history to its end, and verifies what came to rest; the scene's oracle tells what was wrong. */
export async function play(of: Play): Promise<Scene> {
  const world = new World(of.seed, of.startsAt);
  return world.run(async () => {
    const scene = new Scene(world, { limits, ...of.setting(world) });
    await new Stage(of, scene).run();
    await audited(scene);
    await audited(scene, 1 + Math.floor(world.random() * 5));
    return scene;
  });
}
