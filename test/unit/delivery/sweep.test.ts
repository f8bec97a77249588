import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { sweep } from "#shared/delivery/due.ts";
import type { Item } from "#shared/platform/database.ts";

const entries = (count: number): Item[] =>
  Array.from({ length: count }, (_, at) => ({ pk: "P", sk: `${at}` }));

describe("a sweep", () => {
  it("looks at each once, though an index that lags shows it again, and ends", async () => {
    const worked: unknown[] = [];
    const due = async () => entries(5);
    const work = async ({ sk }: Item) => void worked.push(sk);
    const { handled } = await sweep({ due, work, atOnce: 2, forMs: 10_000 });
    expect([handled, worked.toSorted()]).toEqual([5, ["0", "1", "2", "3", "4"]]);
  });

  it("goes on with what a page did not hold", async () => {
    const left = entries(7);
    const due = async () => left.slice(0, 3);
    const work = async (item: Item) => void left.splice(left.indexOf(item), 1);
    expect(await sweep({ due, work, atOnce: 3, forMs: 10_000 })).toEqual({ handled: 7, failures: [] });
  });

  it("is not held up by what fails", async () => {
    const worked: unknown[] = [];
    const work = async ({ sk }: Item) => {
      if (sk === "1") throw new Error("poison");
      worked.push(sk);
    };
    const { failures } = await sweep({ due: async () => entries(3), work, atOnce: 1, forMs: 10_000 });
    expect([failures.length, worked]).toEqual([1, ["0", "2"]]);
  });

  it("begins nothing more when its time is over", async () => {
    const worked: unknown[] = [];
    const work = async ({ sk }: Item) => {
      worked.push(sk);
      await wait(40);
    };
    await sweep({ due: async () => entries(50), work, atOnce: 1, forMs: 60 });
    expect(worked.length).toBeLessThan(5);
  });
});
