import { expect, it } from "vitest";
import { Misdrafted } from "#shared/ledger/journal.ts";
import { post } from "#shared/ledger/post.ts";
import { type Actor, staged } from "./acts.ts";
import { audited } from "./auditing.ts";
import { available, cardOf, custody, drafts, payable } from "./chart.ts";
import type { Scene } from "./scene.ts";

const [first, second] = [available("x1"), available("x2")];

/** Two funds that have something, of which the first holds some of it. */
const held = (play: (scene: Scene, actor: Actor) => Promise<void>): Promise<void> =>
  staged({}, async (scene, actor) => {
    await actor.press({ act: "post", draft: drafts.grant("in1", "x1", 100) });
    await actor.press({ act: "post", draft: drafts.grant("in2", "x2", 100) });
    await actor.press({ act: "hold", id: "h", account: first, amountFen: 10, forMs: 600_000 });
    await play(scene, actor);
    await actor.press({ act: "post", draft: drafts.grant("more", "x1", 100) });
    await scene.settle();
    await audited(scene);
    expect(scene.violations).toEqual([]);
  });

it("a hold is released on the account on which it stands, and on no other", () =>
  held(async (_, actor) => {
    expect(await actor.press({ act: "release", id: "h", account: second })).toBe("hold-unknown");
    expect(await actor.press({ act: "release", id: "h", account: first })).toBe("done");
  }));

it("a hold is captured by an entry that changes the item on which it stands, and by no other", () =>
  held(async ({ ledger }) => {
    const captures = [{ holdId: "h", account: first }];
    await expect(post(ledger, drafts.redeem("out", "x2", 10, { captures }))).rejects.toThrow(Misdrafted);
  }));

it("a hold holds until its last instant, and at it no more", () =>
  staged({}, async (scene, actor) => {
    const { world } = scene;
    await actor.press({ act: "post", draft: drafts.grant("in", "x1", 100) });
    await actor.press({ act: "hold", id: "h", account: first, amountFen: 100, forMs: 1_000 });
    await world.sleep(999);
    expect(await actor.press({ act: "post", draft: drafts.redeem("a", "x1", 1) })).toBe(
      "insufficient-balance",
    );
    await world.sleep(1);
    expect(await actor.press({ act: "post", draft: drafts.redeem("b", "x1", 100) })).toBe("done");
    expect(scene.violations).toEqual([]);
  }));

it("a reversal has no legs but those of its original", () =>
  held(async ({ ledger, oracle }) => {
    const out = drafts.payOut("out", "m1", 10);
    oracle.expect(out);
    await post(ledger, out);
    const legs = [
      { account: custody("m2"), side: "debit", amountFen: -10 },
      { account: payable("m2"), side: "credit", amountFen: -10 },
    ] as const;
    await expect(
      post(ledger, { ...out, journalId: "back", kind: "ledger.reversal", legs, reverses: "out" }),
    ).rejects.toThrow("reversal-exceeds");
  }));

it("both legs of one account in one entry count, in its reversal too, whoever names the account", () =>
  held(async (scene, actor) => {
    const card = cardOf("m1", 1);
    await actor.press({ act: "post", draft: drafts.deposit("paid", card, 1_000) });
    await actor.press({ act: "post", draft: drafts.correct("right", card, 100, 300) });
    expect(scene.balance(card.unconsumed)).toBe(800);
    await actor.press({ act: "reverse", id: "undone", of: "right" });
    expect(scene.balance(card.unconsumed)).toBe(1_000);
  }));
