import { describe, expect, it } from "vitest";
import { journalItem } from "#shared/ledger/journal.ts";
import { emitLines, lineItem, lineOf } from "#shared/ledger/lines.ts";
import type { Entry } from "#shared/ledger/model.ts";
import type { Item } from "#shared/platform/database.ts";
import { World } from "#simulation/world.ts";
import { Actor } from "./acts.ts";
import { audit } from "./auditing.ts";
import { cardOf, drafts } from "./chart.ts";
import { Scene } from "./scene.ts";
import { booksToTamper, nameOf } from "./tamperedBooks.ts";
import { type Tampering, tampered, tamperings } from "./tampering.ts";

const full = process.env["LEYUN_FULL"] === "1";

interface Uncovered {
  /** Family of items, attribute and what was done to it: `ACCOUNT /frozen gone`. */
  what: RegExp;
  why: string;
}

/** What an audit does not find, by decision. */
const decided: readonly Uncovered[] = [
  { what: /^ACCOUNT \/frozen/, why: "a freeze is a decision of an authority, and no entry tells of it" },
  {
    what: /^ACCOUNT \/version (more|less)$/,
    why: "it rises with holds and freezes too, which are no entries",
  },
  {
    what: /^CEILING /,
    why: "entries do not say towards which ceilings they count: they are policy, not balances",
  },
  { what: /^PERIODS /, why: "that a period closes is a decision; what it comes to is read from the entries" },
  {
    what: /^HOLD \/(state|account|amountFen|until)/,
    why: "of holds that are over; one that holds stands in its item too",
  },
  { what: /^HOLD removed$/, why: "of holds that are over" },
  { what: /^REV \/(sumsFen|by) reversed$/, why: "the order of equal sums and of reversals says nothing" },
  { what: /^(MINUTES|BEGINNING) /, why: "only tells the sealer where to look, and it has looked" },
  {
    what: /^(HEAD|WATERMARK) \/(until cut|closing)/,
    why: "an earlier instant shows and seals less until the next run writes it anew; a later close makes more lines late",
  },
  { what: /\/added added$/, why: "nobody reads an attribute that no kernel writes" },
];

const familyOf = ({ key, table }: Tampering): string =>
  table === "journal" ? "journal" : (key.pk.split("#")[0] ?? "");

const names = (place: string, name: string): boolean =>
  ` ${place.replaceAll("/", " ")} `.includes(` ${name.replaceAll("/", " ")} `);

const card = cardOf("m1", 1);

/** Posts an entry, lets somebody forge, seals, and says what the audit finds first. */
async function forged(forge: (scene: Scene) => Promise<void>) {
  const world = new World(1);
  return world.run(async () => {
    const scene = new Scene(world);
    await new Actor(scene).press({ act: "post", draft: drafts.deposit("in", card, 100) });
    await forge(scene);
    await scene.settle();
    return (await audit(scene.db)).first;
  });
}

describe("tampering", () => {
  it("with anything that is kept is found, and the audit says where", async () => {
    const db = await booksToTamper();
    // One hold of these books still holds.
    const whole = () => audit(db, Number.POSITIVE_INFINITY, "2026-06-11T00:00:00.000Z");
    expect((await whole()).first).toBe(undefined);
    const missed: string[] = [];
    const flips: Record<string, number> = {};
    for (const table of ["journal", "accounts", "books"] as const)
      for (const item of [...db.items(table)])
        for (const tampering of tamperings(table, item, full || table === "journal")) {
          const family = familyOf(tampering);
          flips[family] = (flips[family] ?? 0) + 1;
          const look = () => whole().then(({ first }) => first?.place ?? "", String);
          const place = await tampered(db, tampering, look);
          const { attribute, how } = tampering;
          if (!names(place, nameOf(table, item)))
            missed.push(`${family} ${attribute && `${attribute} `}${how}`);
        }
    expect((await whole()).first).toBe(undefined);
    const all = Object.values(flips).reduce((sum, count) => sum + count, 0);
    console.log(`${all} changes, ${all - missed.length} found: ${JSON.stringify(flips)}`);
    const uncovered = decided;
    expect(missed.filter((one) => !uncovered.some(({ what }) => what.test(one)))).toEqual([]);
    // What is covered by now is not listed any more.
    expect(uncovered.filter(({ what }) => !missed.some((one) => what.test(one)))).toEqual([]);
  }, 3_600_000);

  it("with an entry before it is sealed is found when it is: the seal is of what was inserted", async () => {
    const found = await forged(async ({ db }) => {
      const item = await db.get({ table: "journal", key: { pk: "in", sk: "ENTRY" }, consistent: true });
      await db.writeHints("journal", [{ ...item, memo: "altered" }], []);
    });
    expect(found).toMatchObject({ fault: "entry-altered", place: "in" });
  });
});

describe("a forged", () => {
  it("entry that leaves what it says it changed as it was is found where it says so", async () => {
    const found = await forged(async ({ db, oracle }) => {
      const entry = { ...(oracle.entries.get("in") as Entry), journalId: "forged" };
      await db.writeHints("journal", [journalItem(entry)], []);
    });
    expect(found).toMatchObject({ fault: "balance-chain-broken" });
    expect(found?.place).toContain(card.unconsumed.id);
  });

  it("entry between accounts that nothing guards is found by what must hold between them", async () => {
    const found = await forged(async ({ db, oracle }) => {
      const draft = drafts.payOut("forged", "m1", 10);
      const legs = draft.legs.map(({ account: { id: account, ...of }, side, amountFen }, at) => ({
        ...of,
        account: at === 0 ? "payable:m2" : account,
        side,
        amountFen,
      }));
      const entry = { ...(oracle.entries.get("in") as Entry), journalId: "forged", legs };
      await db.writeHints("journal", [journalItem(entry)], []);
    });
    expect(found).toMatchObject({ fault: "identity-broken", place: expect.stringMatching(/custody covers/) });
  });

  it("line of no entry is found missing from the journal", async () => {
    const found = await forged(async ({ db, oracle }) => {
      const image = journalItem({ ...(oracle.entries.get("in") as Entry), journalId: "forged" });
      await emitLines(db, [image]);
      expect(lineItem(lineOf(image))["journalId"]).toBe("forged");
    });
    expect(found).toMatchObject({ fault: "entry-missing", place: "forged" });
  });

  it("entry that does not balance is not sealed at all", async () => {
    let broken: readonly string[] = [];
    await forged(async (scene) => {
      const { db, oracle } = scene;
      const entry = oracle.entries.get("in") as Entry;
      const legs = entry.legs.map((leg, at) => (at === 0 ? { ...leg, amountFen: leg.amountFen + 1 } : leg));
      await db.writeHints("journal", [journalItem({ ...entry, journalId: "forged", legs })], []);
      broken = scene.violations;
    });
    expect(broken.join("\n")).toMatch(/Unbalanced: the legs of forged do not balance/);
    expect(broken.join("\n")).toMatch(/the legs of forged leave 1 in money/);
  });

  it("balance of an item that no entry knows is found", async () => {
    const found = await forged(async (scene) => {
      await scene.settle();
      const { db } = scene;
      const key = { pk: `ACCOUNT#${card.item}`, sk: "BALANCES" };
      const item = (await db.get({ table: "accounts", key, consistent: true })) as Item;
      const pk = "ACCOUNT#card:m9-9";
      await db.writeHints("accounts", [{ ...item, pk, balances: { "card:m9-9:unconsumed": 100 } }], []);
    });
    expect(found?.place).toContain("card:m9-9");
  });
});
