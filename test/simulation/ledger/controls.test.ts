import { describe, expect, it } from "vitest";
import { atTheBeginning, latest } from "#shared/ledger/asOf.ts";
import { checkBalances } from "#shared/ledger/identities.ts";
import type { Account, Draft, Guarded } from "#shared/ledger/model.ts";
import { planOn } from "#shared/ledger/post.ts";
import { keepRoot, lastRoot, makeRoot } from "#shared/ledger/roots.ts";
import { trialBalance } from "#shared/ledger/trialBalance.ts";
import { World } from "#simulation/world.ts";
import { Actor, staged } from "./acts.ts";
import { cardOf, drafts, identities } from "./chart.ts";
import { play } from "./play.ts";
import { type Kind, playOf, playOfKind } from "./plays.ts";
import { type Clause, Scene } from "./scene.ts";
import { playScript, scripts } from "./scripts.ts";

interface Control extends Clause {
  /** The kind of history in which its want shows soonest. */
  kind: Kind;
}

const [mixed, crowd, back, month, sealers, stops] = [
  "everything at once",
  "many at one balance",
  "what is taken back",
  "the end of a month",
  "late lines and sealers at once",
  "money is stopped",
] as const satisfies Kind[];

const absent = /^attribute_not_exists\(pk\)$/;

/** Every clause of every condition of the kernel that is not there twice over. */
const controls: Readonly<Record<string, Control>> = {
  "an entry is new": { at: /^journal Put$/, clause: absent, kind: crowd },
  "nothing was written to an item that was read as new": {
    at: /^ACCOUNT Update$/,
    clause: absent,
    kind: crowd,
  },
  "an item is as it was read": { at: /^ACCOUNT Update$/, clause: /^version = :was$/, kind: crowd },
  "a hold is new": { at: /^HOLD Put$/, clause: absent, kind: crowd },
  "a hold still holds": { at: /^HOLD Update$/, clause: /^#state = :held$/, kind: crowd },
  "a ceiling has room": { at: /^CEILING Update$/, clause: / OR used <= :room$/, kind: back },
  "a ceiling has room for more than it ever holds": {
    at: /^CEILING Update$/,
    clause: /^used <= :room$/,
    kind: mixed,
  },
  "nothing was reversed of an entry yet": { at: /^REV Put$/, clause: absent, kind: back },
  "so much was reversed of an entry": { at: /^REV Put$/, clause: /^version = :was$/, kind: back },
  "an earlier period is open": { at: /^PERIODS ConditionCheck$/, clause: absent, kind: month },
  "a period that begins to close is open": { at: /^PERIODS Put$/, clause: absent, kind: month },
  "a period that is closed was closing": {
    at: /^PERIODS Update$/,
    clause: /^#state = :closing$/,
    kind: month,
  },
  "nobody has begun to seal": { at: /^HEAD Put$/, clause: absent, kind: sealers },
  "the chain ends where the sealer knows": { at: /^HEAD Put$/, clause: /^#number = :number$/, kind: sealers },
  "time is sealed as far as the sealer knows": {
    at: /^HEAD Put$/,
    clause: /^#until = :until$/,
    kind: sealers,
  },
  "time is closed as far as the sealer knows": {
    at: /^HEAD Put$/,
    clause: /^closing = :closing$/,
    kind: sealers,
  },
  "readers may read less than that": { at: /^WATERMARK Put$/, clause: /#until < :until/, kind: sealers },
  "money that is stopped moves": { at: /^FLAG Update$/, clause: / OR readOnly = :no$/, kind: stops },
  "money that is let go is stopped": { at: /^FLAG Update$/, clause: /^readOnly = :yes$/, kind: stops },
  "it is this stop that is let go": { at: /^FLAG Update$/, clause: /^stop = :stop$/, kind: stops },
};

/** Clauses that the version would keep alone: a second lock on what leaves a balance. */
const redundant: Readonly<Record<string, Clause>> = {
  "the balance suffices": { at: /^ACCOUNT Update$/, clause: /^balances\.#a\d+ >= :least\d+$/ },
  "nothing froze the item": { at: /^ACCOUNT Update$/, clause: /^attribute_not_exists\(frozen\)$/ },
};

const SEEDS = 400;

/** What is wrong in the first history that goes wrong without the clause. */
async function caught({ kind, ...without }: Control): Promise<string | undefined> {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { violations } = await play(playOfKind(kind, seed, without));
    const [wrong] = violations;
    if (wrong !== undefined) return `seed ${seed}: ${wrong}`;
  }
  return undefined;
}

describe("control: the proof fails without the condition that", () => {
  it.each(Object.entries(controls))("%s", async (_, control) => {
    expect(await caught(control)).toMatch(/^seed/);
  });
});

describe("control: although its version is right, an item is not written unless", () => {
  const card = cardOf("m1", 1);

  /** Posts on a snapshot that was made up: of the right version, and otherwise as it pleases. */
  async function posted(
    without: Clause | undefined,
    made: (standing: Guarded) => Guarded,
    freezes = false,
  ): Promise<{ failed: number; violations: readonly string[] }> {
    const world = new World(1);
    return world.run(async () => {
      const scene = new Scene(world, { ...(without && { without }) });
      const actor = new Actor(scene);
      await actor.press({ act: "post", draft: drafts.deposit("in", card, 100) });
      if (freezes) await actor.press({ act: "freeze", item: card.item });
      const item = await scene.db.get({
        table: "accounts",
        key: { pk: `ACCOUNT#${card.item}`, sk: "BALANCES" },
      });
      const { pk: _, sk: __, ...standing } = item ?? {};
      const draft = drafts.spend("out", card, freezes ? 60 : 150);
      scene.oracle.expect(draft);
      const snapshot = made({ ...standing, item: card.item } as unknown as Guarded);
      const { parts } = planOn(draft, new Map([[card.item, snapshot]]), scene.now(), scene.now());
      return { failed: (await scene.db.attempt(parts)).size, violations: scene.violations };
    });
  }

  it.each([
    [
      "the balance suffices",
      (standing: Guarded) => ({ ...standing, balances: { [card.unconsumed.id]: 500 } }),
      false,
    ],
    ["nothing froze the item", ({ frozen: _, ...standing }: Guarded) => standing as Guarded, true],
  ] as const)("%s", async (name, made, freezes) => {
    expect(await posted(undefined, made, freezes)).toEqual({ failed: 1, violations: [] });
    const without = await posted(redundant[name], made, freezes);
    expect(without.failed).toBe(0);
    expect(without.violations).not.toEqual([]);
  });
});

it("control: the root of a day, once kept, stays", async () => {
  const kept = async (without?: Clause) => {
    const world = new World(1);
    const { db } = new Scene(world, { ...(without && { without }) });
    const root = makeRoot("2026-06-10", [], undefined);
    await keepRoot(db, root);
    await keepRoot(db, { ...root, chain: "another" });
    return (await lastRoot(db))?.chain;
  };
  expect(await kept()).toBe("");
  expect(await kept({ at: /^ROOTS Put$/, clause: absent })).toBe("another");
});

describe("control: an entry that balances is wrong all the same when one of its accounts is of another, as in", () => {
  const [card, fund] = [cardOf("m1", 1), "x1"];
  const planted: readonly Draft[] = [
    drafts.deposit("deposit", card, 10),
    drafts.spend("spend", card, 10),
    drafts.confirm("confirm", card, 10),
    drafts.correct("correct", card, 10, 15),
    drafts.payOut("payOut", "m1", 10),
    drafts.grant("grant", fund, 10),
    drafts.redeem("redeem", fund, 10),
  ];

  /** The same account of the other merchant or fund. */
  const ofAnother = ({ id, guard, control, ...of }: Account): Account => {
    const other = (name: string) => name.replace("m1", "m2").replace("x1", "x2");
    return {
      ...of,
      id: other(id),
      ...(guard !== undefined && { guard: other(guard) }),
      ...(control !== undefined && { control: other(control) }),
    };
  };

  /** What does not hold when everything is sealed, by what the contexts know and without it. */
  const found = (draft: Draft) =>
    staged({}, async (scene, actor) => {
      for (const merchant of ["m1", "m2"]) {
        await actor.press({ act: "post", draft: drafts.deposit(`in-${merchant}`, cardOf(merchant, 1), 100) });
        await actor.press({
          act: "post",
          draft: drafts.request(`held-${merchant}`, cardOf(merchant, 1), 50),
        });
      }
      for (const name of ["x1", "x2"])
        await actor.press({ act: "post", draft: drafts.grant(`in-${name}`, name, 100) });
      expect(await actor.press({ act: "post", draft })).toBe("done");
      await scene.settle();
      expect(scene.violations).toEqual([]);
      const lines = await trialBalance(scene.db, {
        opening: atTheBeginning,
        closing: await latest(scene.db),
      });
      return { known: checkBalances(lines, identities), alone: checkBalances(lines, []) };
    });

  const wrong = planted.flatMap((draft) =>
    draft.legs.map((_, at) => [`${draft.journalId}, leg ${at + 1}`, draft, at] as const),
  );

  it.each(wrong)("%s", async (_, draft, at) => {
    expect(await found(draft)).toEqual({ known: undefined, alone: undefined });
    const legs = draft.legs.map((leg, nth) =>
      nth === at ? { ...leg, account: ofAnother(leg.account) } : leg,
    );
    expect(await found({ ...draft, legs })).toEqual({
      known: expect.objectContaining({
        fault: "identity-broken",
        place: expect.stringMatching(/ of (m|x)[12]$/),
      }),
      alone: undefined,
    });
  });
});

it("every clause that the kernel writes is among them", async () => {
  const written = new Map<string, { at: string; clause: string }>();
  const stop = Scene.watchClauses((at, clause) => written.set(`${at}: ${clause}`, { at, clause }));
  for (let seed = 1; seed <= 120; seed += 1) await play(playOf(seed));
  for (const script of Object.values(scripts)) await playScript(script, 1);
  stop();
  const known = [...Object.values(controls), ...Object.values(redundant)];
  const unknown = [...written].filter(
    ([, { at, clause }]) => !known.some((one) => one.at.test(at) && one.clause.test(clause)),
  );
  expect(unknown.map(([name]) => name)).toEqual([]);
  const unwritten = known.filter(
    (one) => ![...written.values()].some(({ at, clause }) => one.at.test(at) && one.clause.test(clause)),
  );
  expect(unwritten).toEqual([]);
});
