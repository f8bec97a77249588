import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runJob } from "#local/localRoutes.ts";
import { holderId, readHolderId } from "#shared/allotment/model.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { listHeadCounts } from "#shared/registration/programme/store.ts";
import { checkIn, draftOf, dropIn, entered, ON_THE_DAY } from "../../support/programme.ts";
import {
  citizen,
  good,
  NOON,
  organiser,
  refused,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import { availability, cancel, changed, fullEvent, join, standing } from "../../support/waiting.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());
beforeEach(() => service.clock.set(NOON));

const own = () => organiser(service);
const onTheDay = () => service.clock.set(ON_THE_DAY);

/** A registration for an event whose day has come. */
async function one(of: Record<string, unknown> = {}) {
  const event = await entered(service, [{}], of);
  const [holder] = event.holders;
  if (!holder) throw new Error("nobody signed up");
  onTheDay();
  return { ...event, holder, body: { registrationId: holder.registrationId } };
}

describe("a registration that is checked in", () => {
  it("has attended, which its holder sees and the organiser's list", async () => {
    const { path, holder, body } = await one();
    const answer = await checkIn(own(), path, body);
    expect(answer).toMatchObject({
      status: 201,
      body: {
        ...path,
        ...body,
        status: "attended",
        attendedAt: expect.stringContaining("2026-07-10T01:00:0"),
      },
    });
    expect(await standing(holder)).toMatchObject({ status: "attended" });
    const entrants = await good(own()(registrationRoutes.listEntrants, { path, query: {} }));
    expect(entrants.items).toMatchObject([{ status: "attended" }]);
    expect(await availability(service, path)).toMatchObject([{ held: 1, confirmed: 1 }]);
  });

  it("twice is the same, at the time of the first, whether the key is the same or another", async () => {
    const { path, body } = await one();
    const key = crypto.randomUUID();
    const first = await good(checkIn(own(), path, body, key));
    service.clock.advance(600);
    expect(await good(checkIn(own(), path, body, key))).toEqual(first);
    expect(await good(checkIn(own(), path, body))).toEqual(first);
    expect(await refused(checkIn(own(), path, { count: 1 }, key))).toBe("422 idempotency-key-reused");
  });

  it("by many at once has come once", async () => {
    const { path, body, holder } = await one();
    const answers = await Promise.all(Array.from({ length: 8 }, () => good(checkIn(own(), path, body))));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await standing(holder)).toMatchObject({ status: "attended" });
  });

  it("while its holder cancels has come or is cancelled, and its place goes with it", async () => {
    for (let round = 0; round < 6; round += 1) {
      service.clock.set(NOON);
      const { path, body, holder } = await one({ cancelUntil: "2026-07-10T08:00:00.000Z" });
      const [came, cancelled] = await Promise.all([checkIn(own(), path, body), cancel(holder)]);
      expect([came.ok, cancelled.ok].filter(Boolean)).toHaveLength(1);
      const { status } = await standing(holder);
      expect(status).toBe(came.ok ? "attended" : "cancelled");
      expect(await availability(service, path)).toMatchObject([{ held: came.ok ? 1 : 0 }]);
    }
  });

  it("cannot be cancelled any more, though the event's deadline is ahead, nor signed up anew", async () => {
    const { path, body, holder, groupIds } = await one({
      cancelUntil: "2026-07-10T08:00:00.000Z",
      signUpClosesAt: "2026-07-10T08:00:00.000Z",
    });
    await good(checkIn(own(), path, body));
    expect(await refused(cancel(holder))).toBe("409 cancel-closed");
    expect(await refused(signUp(holder.call, path, groupIds[0] ?? ""))).toBe("409 already-signed-up");
    expect(await availability(service, path)).toMatchObject([{ held: 1 }]);
  });

  it("stays one that came when its holder is erased", async () => {
    const { path, body, holder } = await one();
    await good(checkIn(own(), path, body));
    await good(holder.call(peopleRoutes.eraseMe, {}));
    expect(await runJob("releaseErased")).toBe(true);
    const entrants = await good(own()(registrationRoutes.listEntrants, { path, query: {} }));
    expect(entrants.items).toMatchObject([{ status: "attended", name: "*" }]);
  });

  it("is confirmed before: who cancelled, or waits, has not come", async () => {
    const { path, body, holder } = await one({ cancelUntil: "2026-07-10T08:00:00.000Z" });
    await good(cancel(holder));
    const answer = await checkIn(own(), path, body);
    expect(answer).toMatchObject({
      status: 409,
      body: { type: "/problems/registration-not-confirmed", status: 409 },
    });
    service.clock.set(NOON);
    const full = await fullEvent(service);
    const { registrationId } = await join((await citizen(service)).call, full);
    onTheDay();
    expect(await refused(checkIn(own(), full.path, { registrationId }))).toBe(
      "409 registration-not-confirmed",
    );
  });

  it("is one of this event and of this organisation", async () => {
    const { path, body } = await one();
    service.clock.set(NOON);
    const other = await one();
    expect(await refused(checkIn(own(), other.path, body))).toBe("404 not-found");
    // Who is here, by a number that the other event gave.
    const [here, there] = [body, other.body].map(({ registrationId }) => readHolderId("reg", registrationId));
    const mixed = holderId("reg", { number: there?.number ?? "" }, here?.holder ?? "");
    expect(await refused(checkIn(own(), path, { registrationId: mixed }))).toBe("404 not-found");
    const absent = { registrationId: "reg_01J00000000000000000000000" };
    expect(await refused(checkIn(own(), path, absent))).toBe("404 not-found");
    expect(await refused(checkIn(organiser(service, "org-other"), path, body))).toBe("404 not-found");
  });
});

describe("check-in", () => {
  it("is on the event's days by the clock, and not of a draft", async () => {
    const { path, body } = await one();
    // Who signs in on the evening before.
    const call = service.as("organiser-2", ["organiser"], "org-association");
    const at = async (now: string) => {
      service.clock.set(new Date(now));
      return checkIn(call, path, body);
    };
    expect(await refused(at("2026-07-09T15:59:50.000Z"))).toBe("409 check-in-not-open");
    expect(await refused(at("2026-07-10T16:00:00.000Z"))).toBe("409 check-in-not-open");
    await good(at("2026-07-10T15:59:50.000Z"));
    const { eventId } = await good(draftOf(call));
    expect(await refused(checkIn(call, { eventId }, body))).toBe("409 event-not-published");
  });

  it("follows the event when its day is moved", async () => {
    const { path, body } = await one();
    const moved = { startsAt: "2026-07-12T00:00:00.000Z", endsAt: "2026-07-12T09:00:00.000Z" };
    await good(changed(service, path, moved));
    expect(await refused(checkIn(own(), path, body))).toBe("409 check-in-not-open");
    service.clock.set(new Date(moved.startsAt));
    await good(checkIn(own(), path, body));
  });

  it("is of a registration or of a number of people, and says which", async () => {
    const { path } = await dropIn(service);
    onTheDay();
    for (const body of [
      {},
      { count: 0 },
      { count: 1, registrationId: "reg_01J00000000000000000000000" },
      { registrationId: "reg_01J00000000000000000000000", keyGroups: { youth: 1 } },
    ])
      expect(await refused(checkIn(own(), path, body))).toBe("400 invalid-body");
  });
});

describe("people who come without a registration", () => {
  it("are counted at a drop-in activity, each count an item that adds up, a repeated request once", async () => {
    const { path } = await dropIn(service);
    onTheDay();
    const key = crypto.randomUUID();
    const first = await good(checkIn(own(), path, { count: 40, keyGroups: { elders: 30, women: 25 } }, key));
    expect(first).toMatchObject({ ...path, count: 40, keyGroups: { elders: 30, women: 25 } });
    expect(
      await good(checkIn(own(), path, { count: 40, keyGroups: { elders: 30, women: 25 } }, key)),
    ).toEqual(first);
    await Promise.all(Array.from({ length: 5 }, () => good(checkIn(own(), path, { count: 3 }))));
    const counts = await listHeadCounts(path.eventId);
    expect(counts).toHaveLength(6);
    expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(55);
  });

  it("are no more of a key group than there are", async () => {
    const { path } = await dropIn(service);
    onTheDay();
    const answer = await checkIn(own(), path, { count: 4, keyGroups: { youth: 4, disabled: 5 } });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: "/keyGroups/disabled" }] } });
    expect(await listHeadCounts(path.eventId)).toEqual([]);
  });

  it("are not counted at an event that one signs up for", async () => {
    const { path } = await one();
    expect(await refused(checkIn(own(), path, { count: 4 }))).toBe("409 not-drop-in");
  });
});
