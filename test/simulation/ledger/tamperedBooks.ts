import type { Draft } from "#shared/ledger/model.ts";
import type { Item } from "#shared/platform/database.ts";
import type { TableName } from "#shared/platform/env.ts";
import { simulatedDatabase } from "#simulation/store.ts";
import { World } from "#simulation/world.ts";
import { type Act, Actor } from "./acts.ts";
import { available, cardOf, drafts } from "./chart.ts";
import { Scene } from "./scene.ts";
import { watch } from "./tampering.ts";

const [one, two] = [cardOf("m1", 1), cardOf("m1", 2)];
const fund = available("x1");
const LONG_MS = 30 * 86_400_000;

/**
 * Books with one of everything: entries of every shape over several segments, one that came late, one dated back
 * into a period that was closed since, reversals, holds of which one still holds, a ceiling, and an item that is frozen.
 */
export async function booksToTamper(): Promise<ReturnType<typeof simulatedDatabase>> {
  const world = new World(1);
  let images = 0;
  const delayMs = () => {
    images += 1;
    return images === 3 ? 400_000 : 500;
  };
  const scene = new Scene(world, {
    deliveries: { copies: () => 1, delayMs, gatherMs: 10 },
    limits: { most: 1_000 },
  });
  const actor = new Actor(scene);
  const ceilings = [{ name: "most", limitFen: 1_000, byFen: 900 }];
  const post = (draft: Draft): Act => ({ act: "post", draft });
  const evening: Act[] = [
    post(drafts.deposit("in", one, 1_000, { ceilings, memo: "first" })),
    post(drafts.transfer("move", one, two, 300)),
    post(drafts.spend("slow", one, 50)),
    post(drafts.deposit("back", two, 70, { businessDate: "2026-05-31" })),
    post(drafts.grant("grant", "x1", 900)),
  ];
  const morning: Act[] = [
    { act: "hold", id: "h1", account: fund, amountFen: 200, forMs: LONG_MS },
    { act: "hold", id: "h2", account: fund, amountFen: 100, forMs: LONG_MS },
    post(drafts.redeem("redeem", "x1", 100, { captures: [{ holdId: "h2", account: fund }] })),
    { act: "reverse", id: "part", of: "redeem", share: 0.5 },
    { act: "reverse", id: "more", of: "redeem", share: 0.2 },
    { act: "freeze", item: one.item },
    { act: "close", period: "2026-05" },
    post(drafts.spend("out", two, 20)),
    post(drafts.payOut("paid", "m1", 20)),
  ];
  await world.run(async () => {
    scene.begin();
    for (const act of evening)
      scene.oracle.tell((await actor.press(act)) === "done", () => JSON.stringify(act));
    await world.sleep(200_000);
    for (const act of morning)
      scene.oracle.tell((await actor.press(act)) === "done", () => JSON.stringify(act));
    await world.sleep(400_000);
    await scene.settle();
  });
  if (scene.violations.length > 0) throw new Error(scene.violations.join("\n"));
  const db = simulatedDatabase(world);
  for (const table of ["journal", "accounts", "books"] as const)
    await db.writeHints(table, [...scene.db.items(table)], []);
  watch(db);
  return db;
}

/** What a fault must name that is found in an item. */
export function nameOf(table: TableName, { pk, sk }: Item): string {
  const [family = "", name = ""] = String(pk).split(/#(.*)/);
  const [first = "", second = ""] = String(sk).split("#");
  if (table === "journal") return String(pk);
  switch (family) {
    case "LINES":
      return `line of ${second}`;
    case "SEGMENTS":
      return `segment ${Number(second)}`;
    case "SEALED":
      return `segment ${Number(name)}`;
    case "POINTS":
      return `${name} after segment ${Number(first)}`;
    case "REGISTER":
      return first;
    case "ACCOUNT":
      return name;
    case "HOLD":
      return `holds/${name}`;
    case "REV":
      return `reversals of ${name}`;
    case "LATE":
      return name;
    case "LATE-ENTRIES":
    case "DATED-BACK":
      return second;
    default:
      return family;
  }
}
