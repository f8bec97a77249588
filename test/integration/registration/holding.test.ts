import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { auditRoutes } from "#shared/audit/contract.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";
import {
  bureau,
  confirm,
  draftOf,
  dropIn,
  evidence,
  ON_THE_DAY,
  report,
  THE_DAY_AFTER,
} from "../../support/programme.ts";
import {
  good,
  NOON,
  organiser,
  publishedEvent,
  refused,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import { look } from "../../support/uploads.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());
beforeEach(() => service.clock.set(NOON));

const own = () => organiser(service);

/** An event of yesterday. */
async function over(of: Record<string, unknown> = {}) {
  const { path } = await publishedEvent(service, of);
  service.clock.set(THE_DAY_AFTER);
  return path;
}

const read = (path: { eventId: string }, call = own()) => call(programmeRoutes.getHolding, { path });

/** All reports that wait for the bureau. */
async function waiting(): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: "2", ...(cursor !== undefined && { cursor }) };
    const page = await good(bureau(service)(programmeRoutes.listHoldings, { query }));
    found.push(...page.items.map(({ eventId }) => eventId));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}

describe("a report that an event was held", () => {
  it("is given after the end, of a published event, on one of its days", async () => {
    const { path } = await publishedEvent(service);
    service.clock.set(ON_THE_DAY);
    expect(await refused(report(own(), path))).toBe("409 event-not-over");
    service.clock.set(new Date("2026-07-10T09:00:00.000Z"));
    for (const heldOn of ["2026-07-09", "2026-07-11"])
      expect(await refused(report(own(), path, { heldOn }))).toBe("422 invalid-holding");
    const groups = await report(own(), path, { participants: 3, keyGroups: { youth: 4 } });
    expect(groups).toMatchObject({ status: 422, body: { errors: [{ pointer: "/keyGroups/youth" }] } });
    expect(await refused(report(own(), path, { heldOn: "2026-02-30" }))).toBe("400 invalid-body");
    expect(await refused(report(own(), path, { uploadIds: [] }))).toBe("400 invalid-body");
    await good(report(own(), path));
    const { eventId } = await good(draftOf(own()));
    expect(await refused(report(own(), { eventId }))).toBe("409 event-not-published");
  });

  it("has evidence, which the bureau opens, and waits to be confirmed", async () => {
    const path = await over({ level: "quality" });
    const uploadId = await evidence(own());
    const keyGroups = { elders: 60, workers: 30 };
    const reported = await good(report(own(), path, { uploadIds: [uploadId], keyGroups }));
    expect(reported).toMatchObject({
      ...path,
      status: "reported",
      level: "quality",
      participants: 120,
      keyGroups,
      version: 1,
    });
    expect(reported).not.toHaveProperty("reportedBy");
    expect(await good(read(path))).toEqual(reported);
    expect(await waiting()).toContain(path.eventId);
    const { link } = await good(look(bureau(service), uploadId, { link: "true" }));
    expect((await fetch(link?.url ?? "")).status).toBe(200);
  });

  it("can be given anew until it is confirmed, with files it had and others", async () => {
    const path = await over();
    const first = await evidence(own());
    await good(report(own(), path, { uploadIds: [first] }));
    const second = await evidence(own());
    const again = await good(report(own(), path, { uploadIds: [first, second], participants: 130 }));
    expect(again).toMatchObject({ version: 2, participants: 130, uploadIds: [first, second] });
    expect((await waiting()).filter((eventId) => eventId === path.eventId)).toHaveLength(1);
    await good(confirm(bureau(service), path, 2));
    expect(await refused(report(own(), path))).toBe("409 holding-confirmed");
  });

  it("takes files of its own organiser that nothing else uses", async () => {
    const other = await over();
    service.clock.set(NOON);
    const path = await over();
    const uploadId = await evidence(own());
    await good(report(own(), path, { uploadIds: [uploadId] }));
    expect(await refused(report(own(), other, { uploadIds: [uploadId] }))).toBe("409 upload-used");
    const foreign = await evidence(organiser(service, "org-other"));
    expect(await refused(report(own(), other, { uploadIds: [foreign] }))).toBe("404 not-found");
    expect(await refused(read(other))).toBe("404 not-found");
  });

  it("is the organisation's own", async () => {
    const path = await over();
    await good(report(own(), path));
    const stranger = organiser(service, "org-other");
    expect(await refused(report(stranger, path))).toBe("404 not-found");
    expect(await refused(read(path, stranger))).toBe("404 not-found");
  });

  it("by two at once is both, one after the other, or one is asked to come again", async () => {
    const path = await over();
    const answers = await Promise.all([report(own(), path), report(own(), path)]);
    const made = answers.filter(({ ok }) => ok).length;
    for (const { ok, body } of answers)
      if (!ok) expect(body).toMatchObject({ type: "/problems/request-in-progress" });
    expect(await good(read(path))).toMatchObject({ version: made });
  });
});

describe("a confirmation by the bureau", () => {
  it("is of the very report that was read, once, and in the audit log", async () => {
    const { path } = await dropIn(service, { level: "quality" });
    service.clock.set(THE_DAY_AFTER);
    await good(report(own(), path));
    await good(report(own(), path, { participants: 90 }));
    expect(await refused(confirm(bureau(service), path, 1))).toBe("412 version-mismatch");
    const key = { path, ifMatch: 2, idempotencyKey: crypto.randomUUID() };
    const confirmed = await good(bureau(service)(programmeRoutes.confirmHolding, key));
    expect(confirmed).toMatchObject({
      status: "confirmed",
      participants: 90,
      version: 3,
      confirmedAt: expect.stringContaining("2026-07-11T01:00:0"),
    });
    expect(await good(bureau(service)(programmeRoutes.confirmHolding, key))).toEqual(confirmed);
    expect(await refused(confirm(bureau(service, "bureau-2"), path, 3))).toBe("409 holding-confirmed");
    expect(await good(read(path))).toEqual(confirmed);
    expect(await waiting()).not.toContain(path.eventId);
    const { items } = await good(bureau(service)(auditRoutes.listAuditLog, { query: {} }));
    const entries = items.filter(
      ({ action, subject }) => action === "holding.confirm" && subject === path.eventId,
    );
    expect(entries).toMatchObject([
      { roles: ["admin"], facts: { level: "quality", participants: 90, version: 2 } },
    ]);
  });

  it("by two at once is of one of them", async () => {
    const path = await over();
    await good(report(own(), path));
    const answers = await Promise.all([
      confirm(bureau(service), path),
      confirm(bureau(service, "bureau-2"), path),
    ]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    const { items } = await good(bureau(service)(auditRoutes.listAuditLog, { query: { limit: "100" } }));
    expect(
      items.filter(({ action, subject }) => action === "holding.confirm" && subject === path.eventId),
    ).toHaveLength(1);
  });

  it("beside a new report is of what was read, or refused", async () => {
    for (let round = 0; round < 5; round += 1) {
      service.clock.set(NOON);
      const path = await over();
      await good(report(own(), path));
      const uploadIds = (await good(read(path))).uploadIds;
      const [confirmed, anew] = await Promise.all([
        confirm(bureau(service), path),
        report(own(), path, { uploadIds, participants: 999 }),
      ]);
      expect([confirmed.ok, anew.ok].filter(Boolean)).toHaveLength(1);
      const { status, participants } = await good(read(path));
      expect([status, participants]).toEqual(confirmed.ok ? ["confirmed", 120] : ["reported", 999]);
    }
  });

  it("is not by who reported it", async () => {
    const path = await over();
    const both = service.as("both", ["organiser", "admin"], "org-association");
    await good(report(both, path));
    expect(await refused(confirm(both, path))).toBe("403 own-report");
    await good(confirm(bureau(service), path));
  });

  it("is of something that was reported, and names what was read", async () => {
    const path = await over();
    expect(await refused(confirm(bureau(service), path))).toBe("404 not-found");
    await good(report(own(), path));
    expect(await refused(bureau(service)(programmeRoutes.confirmHolding, { path }))).toBe(
      "428 precondition-required",
    );
  });
});
