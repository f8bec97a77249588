import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runJob } from "#shared/jobs/run.ts";
import { fencePart, findJob, type Lease, LeaseLost, takeLease } from "#shared/jobs/store.ts";
import type { Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

let named = 0;
let job = "";
beforeEach(() => {
  named += 1;
  job = `test-${named}`;
});

/** Ten pieces of work, done one by one; `before` is called before each. */
function ten(done: number[], before: (piece: number, lease: Lease) => Promise<void> = async () => {}) {
  return runJob<{ piece: number }>({
    job,
    leaseSeconds: 60,
    budgetMs: 60_000,
    async step(cursor = { piece: 1 }, lease) {
      await before(cursor.piece, lease);
      done.push(cursor.piece);
      return { handled: 1, ...(cursor.piece < 10 && { next: { piece: cursor.piece + 1 } }) };
    },
  });
}
const all = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

describe("a job that is done step by step", () => {
  it("does all of it, gives its lease up and remembers when", async () => {
    const done: number[] = [];
    expect(await ten(done)).toEqual({ outcome: "done", handled: 10 });
    expect(done).toEqual(all);
    const state = await findJob(job);
    expect(state).toMatchObject({ fence: 1, completedAt: expect.stringContaining("2026-06-10T04:0") });
    expect(state).not.toHaveProperty("cursor");
    expect(await ten([])).toMatchObject({ outcome: "done" });
  });

  it("hard case 56: the same tick twice at once is worked on by one", async () => {
    const done: number[] = [];
    const runs = await Promise.all([ten(done), ten(done), ten(done)]);
    expect(runs.map(({ outcome }) => outcome).sort()).toEqual(["busy", "busy", "done"]);
    expect(done).toEqual(all);
  });

  it("stops when its time is over, and the next run goes on where it was", async () => {
    const done: number[] = [];
    const first = await runJob<{ piece: number }>({
      job,
      leaseSeconds: 60,
      budgetMs: 0,
      async step(cursor = { piece: 1 }) {
        done.push(cursor.piece);
        return { handled: 1, next: { piece: cursor.piece + 1 } };
      },
    });
    expect(first).toEqual({ outcome: "interrupted", handled: 1 });
    expect(await ten(done)).toEqual({ outcome: "done", handled: 9 });
    expect(done).toEqual(all);
  });

  it("that is killed is gone on with by the next, once its lease has lapsed, three days later as well", async () => {
    const done: number[] = [];
    const killed = ten(done, async (piece) => {
      if (piece === 4) throw new Error("killed");
    });
    await expect(killed).rejects.toThrow("killed");
    expect(await ten(done)).toMatchObject({ outcome: "busy" });
    service.clock.advance(3 * 86_400);
    expect(await ten(done)).toEqual({ outcome: "done", handled: 7 });
    expect(done).toEqual(all);
  });
});

describe("hard case 58: a worker that comes to itself when another has taken over", () => {
  it("ends without noting anything, and the other does the rest", async () => {
    const slow: number[] = [];
    const quick: number[] = [];
    const run = await ten(slow, async (piece) => {
      if (piece !== 3) return;
      service.clock.advance(61);
      await ten(quick);
    });
    expect(run).toMatchObject({ outcome: "lost" });
    expect(slow).toEqual([1, 2, 3]);
    expect(quick).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
    expect(await findJob(job)).toMatchObject({ fence: 2 });
  });

  it("has its write refused, which names the fence it had", async () => {
    const first = await takeLease(job, service.clock.now(), 60);
    service.clock.advance(61);
    const second = await takeLease(job, service.clock.now(), 60);
    expect([first?.fence, second?.fence]).toEqual([1, 2]);
    const mark = (by: string): Part => ({
      table: "operations",
      write: { Put: { Item: { pk: `TEST#${job}`, sk: "MARK", by } } },
    });
    const standing = () => dynamo.get({ table: "operations", key: { pk: `TEST#${job}`, sk: "MARK" } });
    await dynamo.commit([fencePart(second as Lease), mark("second")]);
    await expect(dynamo.commit([fencePart(first as Lease), mark("first")])).rejects.toThrow(LeaseLost);
    expect(await standing()).toMatchObject({ by: "second" });
  });

  it("a lease that lapsed is taken by one of many who come at once", async () => {
    await takeLease(job, service.clock.now(), 60);
    service.clock.advance(61);
    const taken = await Promise.all(all.map(() => takeLease(job, service.clock.now(), 60)));
    expect(taken.filter((lease) => lease !== undefined)).toHaveLength(1);
  });
});
