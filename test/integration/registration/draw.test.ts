import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runJob } from "#local/localRoutes.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { drawRoutes } from "#shared/registration/draw/contract.ts";
import { rootOf } from "#shared/registration/draw/rules.ts";
import type { RegistrationView } from "#shared/registration/model.ts";
import { beginBooks, drawAs, drawOf, enter, jobs, Season } from "../../support/draws.ts";
import { family } from "../../support/family.ts";
import { inboxOf } from "../../support/notices.ts";
import {
  citizen,
  eventInput,
  good,
  organiser,
  refused,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import { availability } from "../../support/waiting.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
  await beginBooks(service);
});
afterAll(() => service.stop());

const textAt = async (url = "") => (await fetch(url)).text();

describe("an event whose places are drawn", () => {
  it("is drawn in three public moments, and anybody recomputes it", async () => {
    const season = new Season(service);
    const { path, groupIds } = await season.event({ draw: { beacon: { source: "ledger-root" } } });
    const before = await drawOf(service, path);
    expect(before).toMatchObject({ stage: "committed", commitment: /^[0-9a-f]{64}$/ });
    expect(before).not.toHaveProperty("seed");
    const waiting = await enter(service, path, groupIds[0], 3, true);
    const others = await enter(service, path, groupIds[0], 3);
    expect(await waiting[0]?.read()).toMatchObject({ status: "pending-draw" });
    expect(await availability(service, path)).toMatchObject([{ held: 0, free: 2, waitlisted: 0 }]);

    await season.close();
    const closed = await drawOf(service, path);
    const list = await textAt(closed.entrantsUrl);
    expect(closed).toMatchObject({ stage: "closed", entrants: 6, entrantRoot: rootOf(list) });
    expect(closed).not.toHaveProperty("seed");
    for (const { read } of [...waiting, ...others]) expect(list).toContain((await read()).drawPseudonym);
    for (const { registrationId, personId } of waiting) {
      expect(list).not.toContain(registrationId);
      expect(list).not.toContain(personId);
    }

    await season.rootsKnown();
    await jobs("runDraws");
    const drawn = await drawOf(service, path);
    expect(drawn).toMatchObject({
      stage: "done",
      commitment: before.commitment,
      entrantRoot: closed.entrantRoot,
      selected: 2,
    });
    const result = await textAt(drawn.resultUrl);
    const folder = mkdtempSync(join(tmpdir(), "leyun-draw-"));
    for (const [name, text] of Object.entries({ result, list, draw: JSON.stringify(drawn) }))
      writeFileSync(join(folder, name), text);
    const command = ["verify/draw.ts", "result", "--entrants", "list", "--draw", "draw"].map((word, at) =>
      at > 0 && !word.startsWith("--") ? join(folder, word) : word,
    );
    const ran = spawnSync(process.execPath, command, { encoding: "utf8" });
    rmSync(folder, { recursive: true });
    expect(`${ran.stdout}${ran.stderr}`).toContain("6 entered, 2 selected");
    expect(ran.status).toBe(0);

    // Everybody's registration is what their line says.
    const lines = result.split("\n").slice(1);
    for (const { read, call } of [...waiting, ...others]) {
      const { drawPseudonym = "", drawRank, status, position } = await read();
      const [rank, , leaf] = lines.find((line) => line.includes(drawPseudonym))?.split(" ") ?? [];
      expect(drawRank).toBe(Number(rank));
      const wouldWait = waiting.some((one) => one.call === call);
      expect(status).toBe(leaf !== "-" ? "confirmed" : wouldWait ? "waitlisted" : "not-selected");
      if (status === "waitlisted") expect(position).toBeGreaterThan(0);
      expect((await inboxOf({ call })).map(({ kind }) => kind)).toContain(
        leaf !== "-" ? "draw-selected" : wouldWait ? "draw-alternate" : "draw-not-selected",
      );
    }
    // Alternates wait in the order of their ranks.
    const inLine = (await Promise.all(waiting.map(({ read }) => read())))
      .filter(({ status }) => status === "waitlisted")
      .sort((a, b) => (a.position ?? 0) - (b.position ?? 0));
    expect(inLine.map(({ drawRank }) => drawRank)).toEqual(
      inLine.map(({ drawRank }) => drawRank).toSorted((a = 0, b = 0) => a - b),
    );
    expect(await availability(service, path)).toMatchObject([
      { held: 2, free: 0, confirmed: 2, waitlisted: inLine.length },
    ]);
  });

  it("offers a place that comes back to the first of those who were not selected", async () => {
    const season = new Season(service);
    const { path, groupIds } = await season.event({ groups: [{ name: "全程", capacity: 1 }] });
    const people = await enter(service, path, groupIds[0], 3, true);
    await season.draw(path);
    const standing = await Promise.all(people.map(async (one) => ({ one, view: await one.read() })));
    const winner = standing.find(({ view }) => view.status === "confirmed");
    const second = standing.find(({ view }) => view.drawRank === 2);
    await winner?.one.call(registrationRoutes.cancelRegistration, {
      path: { registrationId: winner.one.registrationId },
    });
    expect(await second?.one.read()).toMatchObject({ status: "offered" });
  });

  it("gives several who enter together places together or none", async () => {
    const season = new Season(service);
    const { path, groupIds } = await season.event({ groups: [{ name: "家庭", capacity: 4 }] });
    const parties = [];
    for (let at = 0; at < 3; at += 1) {
      const { call, participantIds } = await family(service, 3);
      const answer = await good(signUp(call, path, groupIds[0] ?? "", { participantIds }));
      parties.push({ call, ids: answer.party ?? [] });
    }
    const drawn = await season.draw(path);
    expect(drawn).toMatchObject({ entrants: 3, selected: 1 });
    for (const { call, ids } of parties) {
      const views = (await Promise.all(
        ids.map((registrationId) =>
          good(call(registrationRoutes.getRegistration, { path: { registrationId }, query: {} })),
        ),
      )) as RegistrationView[];
      expect(new Set(views.map(({ status }) => status)).size).toBe(1);
      expect(new Set(views.map(({ drawRank }) => drawRank)).size).toBe(1);
    }
    expect(await availability(service, path)).toMatchObject([{ held: 3, free: 1 }]);
  });

  it("leaves out who withdraws before the list is closed, and passes who withdraws after", async () => {
    const season = new Season(service);
    const { path, groupIds } = await season.event({ groups: [{ name: "全程", capacity: 1 }] });
    const [early, late, stays] = await enter(service, path, groupIds[0], 3, true);
    const cancel = (one: typeof early) =>
      one?.call(registrationRoutes.cancelRegistration, { path: { registrationId: one.registrationId } });
    await cancel(early);
    await season.close();
    expect(await drawOf(service, path)).toMatchObject({ entrants: 2 });
    await cancel(late);
    await season.draw(path);
    expect(await early?.read()).toMatchObject({ status: "cancelled" });
    expect(await late?.read()).toMatchObject({ status: "cancelled" });
    const { status, drawRank } = (await stays?.read()) ?? {};
    expect(status).toBe(drawRank === 1 ? "confirmed" : "waitlisted");
    // Who waits behind one that withdrew is offered the place.
    await jobs("offerPlaces");
    expect(await stays?.read()).toMatchObject({ status: drawRank === 1 ? "confirmed" : "offered" });
  });

  it("takes no entry once the list is closed, not even one that was on its way", async () => {
    const season = new Season(service);
    const { path, groupIds } = await season.event();
    const one = await citizen(service);
    await season.close();
    // Its clock still said that sign-up was open when it was admitted.
    season.go(20, -1);
    expect(await refused(signUp(one.call, path, groupIds[0] ?? ""))).toBe("409 signup-closed");
    expect(await drawOf(service, path)).toMatchObject({ entrants: 0 });
  });
});

describe("nobody can try seeds (hard case 65)", () => {
  it("the seed is committed to before the first entry, follows from no word of anybody, and stays", async () => {
    const season = new Season(service);
    const call = organiser(service);
    const { path } = await season.event();
    const committed = await drawOf(service, path);
    const again = await good(call(drawRoutes.commitDraw, { path }));
    expect(again).toEqual(committed);
    const body = { seed: "00".repeat(32) } as never;
    expect(await refused(call(drawRoutes.makeDraw, { path, body }))).toBe("400 unknown-field");
  });

  it("a draft may be committed to before it is published, under the same seed", async () => {
    const call = organiser(service);
    const input = eventInput(new Season(service).input());
    const draft = await good(call(registrationRoutes.createEvent, { body: input as never }));
    const path = { eventId: draft.eventId };
    const { commitment } = await good(call(drawRoutes.commitDraw, { path }));
    expect(await refused(service.anyone(drawRoutes.getDraw, { path }))).toBe("404 not-found");
    await good(call(registrationRoutes.publishEvent, { path }));
    expect((await drawOf(service, path)).commitment).toBe(commitment);
  });

  it("it is not drawn before the list is closed, nor before what it waits for is known", async () => {
    const season = new Season(service);
    const { path } = await season.event({ draw: { beacon: { source: "ledger-root" } } });
    expect(await refused(drawAs(service, path))).toBe("409 signup-open");
    season.go(20, 60);
    expect(await refused(drawAs(service, path))).toBe("409 beacon-unknown");
    expect(await drawOf(service, path)).toMatchObject({
      stage: "closed",
      beacon: { knownOn: season.date(21) },
    });
    season.go(21);
    expect(await refused(drawAs(service, path))).toBe("409 beacon-unknown");
  });

  it("what it waits for is named before anybody enters, and lies after the list", async () => {
    const season = new Season(service);
    const call = organiser(service);
    const beacon = { source: "sports-lottery", game: "大乐透", issue: "26074", drawsOn: season.date(20) };
    await expect(season.event({ draw: { beacon } })).rejects.toThrow("/draw/beacon/drawsOn");
    const { path, event } = await season.event();
    const change = call(registrationRoutes.changeEvent, {
      path,
      body: { draw: { beacon: { ...beacon, drawsOn: season.date(27) } } } as never,
      ifMatch: event.version,
    });
    expect(await refused(change)).toBe("409 event-not-draft");
  });

  it("the places are those that were free when the list was closed", async () => {
    const season = new Season(service);
    const { path, event } = await season.event();
    await season.close();
    const version = event.version + 1;
    const change = () =>
      organiser(service)(registrationRoutes.changeEvent, { path, body: { name: "改名" }, ifMatch: version });
    expect(await refused(change())).toBe("409 draw-pending");
    await season.draw(path);
    expect((await good(change())).name).toBe("改名");
  });

  it("numbers of a lottery are told once, and what they gave stands", async () => {
    const season = new Season(service);
    const beacon = { source: "sports-lottery", game: "大乐透", issue: "26075", drawsOn: season.date(23) };
    const { path, groupIds } = await season.event({ draw: { beacon } });
    await enter(service, path, groupIds[0], 4);
    season.go(22);
    expect(await refused(drawAs(service, path, "03 07 12"))).toBe("409 beacon-unknown");
    season.go(23);
    expect(await refused(drawAs(service, path))).toBe("422 beacon-required");
    const drawn = await good(drawAs(service, path, "03 07 12 25 31 + 02 09"));
    expect(drawn).toMatchObject({ stage: "drawn", beacon: { value: "03 07 12 25 31 + 02 09" } });
    const again = await good(drawAs(service, path, "01 01 01 01 01 + 01 01"));
    expect(again).toMatchObject({
      resultHash: drawn.resultHash,
      beacon: { value: "03 07 12 25 31 + 02 09" },
    });
    await jobs("runDraws");
    expect((await drawOf(service, path)).stage).toBe("done");
  });
});

describe("the job that brings draws on", () => {
  it("ends the same when a tick comes twice, at once or late", async () => {
    const season = new Season(service);
    const { path, groupIds } = await season.event();
    const people = await enter(service, path, groupIds[0], 5, true);
    season.go(22);
    await good(drawAs(service, path, "03 07"));
    await Promise.all([runJob("runDraws"), runJob("runDraws")]);
    await jobs("runDraws", "runDraws");
    expect(await drawOf(service, path)).toMatchObject({ stage: "done", selected: 2 });
    const views = await Promise.all(people.map(({ read }) => read()));
    expect(views.map(({ status }) => status).sort()).toEqual([
      "confirmed",
      "confirmed",
      "waitlisted",
      "waitlisted",
      "waitlisted",
    ]);
    for (const { call } of people)
      expect((await inboxOf({ call })).filter(({ kind }) => kind.startsWith("draw-"))).toHaveLength(1);
  });

  it("says that a draw is late, and that the people on call are told once a day", async () => {
    const season = new Season(service);
    const beacon = { source: "sports-lottery", game: "大乐透", issue: "26076", drawsOn: season.date(23) };
    const { path } = await season.event({ draw: { beacon } });
    season.go(25);
    await jobs("runDraws");
    expect(await drawOf(service, path)).not.toHaveProperty("late");
    season.go(26);
    await jobs("runDraws", "runDraws");
    expect(await drawOf(service, path)).toMatchObject({ stage: "closed", late: true });
  });
});
