import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runJob } from "#local/localRoutes.ts";
import { approvalRoutes } from "#shared/approvals/contract.ts";
import { auditRoutes } from "#shared/audit/contract.ts";
import { policyRoutes } from "#shared/policies/contract.ts";
import { prepaid } from "#shared/policies/definitions/prepaid.ts";
import { policy } from "#shared/policies/reading.ts";
import { knowsYear, workingDayAfter } from "#shared/policies/workingDays.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { finance } from "../../support/ledger.ts";
import { policyInput } from "../../support/policies.ts";
import { take } from "../../support/queues.ts";
import {
  citizen,
  good,
  organiser,
  publishedEvent,
  refused,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

const change = (of: Record<string, unknown> = {}) =>
  finance(service)(policyRoutes.changePolicy, { body: policyInput(of) });

/** One asks, another agrees. */
async function changed(of: Record<string, unknown> = {}) {
  const { approvalId } = await good(change(of));
  const checker = finance(service, "finance-2");
  const path = { approvalId };
  const { requestHash } = await good(checker(approvalRoutes.getApproval, { path }));
  return good(checker(approvalRoutes.approve, { path, body: { requestHash } }));
}

const coolingOff = async () =>
  (await good(finance(service)(policyRoutes.listPolicies, { query: { policyId: "prepaid.cooling-off" } })))
    .items;

describe("a rule that a deployment sets", () => {
  it("is listed with its source, its jurisdiction and whether it is in force here", async () => {
    const items = await coolingOff();
    expect(items).toMatchObject([
      { jurisdiction: "CN", value: { days: 7 }, inForce: false, version: 0 },
      { jurisdiction: "CN-32", value: { days: 15 }, inForce: true, enforcement: "refuse" },
    ]);
    for (const { source } of items)
      expect(source).toMatchObject({ zh: expect.any(String), en: expect.any(String) });
    const here = await good(
      finance(service)(policyRoutes.listPolicies, { query: { inForce: "true", limit: 100 } }),
    );
    expect(new Set(here.items.map(({ policyId }) => policyId)).size).toBe(here.items.length);
  });

  it("is listed in pages", async () => {
    const first = await good(finance(service)(policyRoutes.listPolicies, { query: { limit: 3 } }));
    const second = await good(
      finance(service)(policyRoutes.listPolicies, { query: { limit: 3, cursor: first.nextCursor ?? "" } }),
    );
    expect(second.items[0]).not.toEqual(first.items[0]);
    expect(
      await refused(finance(service)(policyRoutes.listPolicies, { query: { limit: 3, cursor: "x" } })),
    ).toBe("400 invalid-cursor");
  });

  it("is changed by two people, from the day it names, and shows before and after", async () => {
    const { approvalId } = await good(change());
    const path = { approvalId };
    const { before, after, requestHash } = await good(finance(service)(approvalRoutes.getApproval, { path }));
    expect([before, after]).toMatchObject([
      { value: { days: 15 } },
      { value: { days: 20 }, validFrom: "2026-07-01" },
    ]);
    const approve = (sub: string) =>
      finance(service, sub)(approvalRoutes.approve, { path, body: { requestHash } });
    expect(await refused(approve("finance-1"))).toBe("403 four-eyes");
    expect(await coolingOff()).toHaveLength(2);
    await good(approve("finance-2"));
    expect(await coolingOff()).toMatchObject([
      {},
      { inForce: true },
      { value: { days: 20 }, inForce: false, approvalId },
    ]);
    expect((await policy(prepaid.coolingOff, "2026-06-30")).value).toEqual({ days: 15 });
    expect((await policy(prepaid.coolingOff, "2026-07-01")).value).toEqual({ days: 20 });
  });

  it("decided twice for one day is what was decided last; an older decision stays to be read", async () => {
    await changed({ value: { days: 21 } });
    expect((await policy(prepaid.coolingOff, "2026-07-01")).value).toEqual({ days: 21 });
    expect((await coolingOff()).map(({ version }) => version)).toEqual([0, 0, 1, 2]);
  });

  it("is not decided on what another decided meanwhile", async () => {
    const { approvalId } = await good(change({ value: { days: 22 } }));
    const path = { approvalId };
    const checker = finance(service, "finance-2");
    const { requestHash } = await good(checker(approvalRoutes.getApproval, { path }));
    await changed({ value: { days: 23 } });
    expect(await refused(checker(approvalRoutes.approve, { path, body: { requestHash } }))).toBe(
      "409 request-changed",
    );
  });

  it("takes no value of another shape, no day in the past, and is one that is known", async () => {
    expect(await change({ value: { days: -1, weeks: 2 } })).toMatchObject({
      status: 422,
      body: {
        type: "/problems/policy-value-invalid",
        errors: [{ pointer: "/value/days" }, { pointer: "/value" }],
      },
    });
    expect(await refused(change({ validFrom: "2026-06-09" }))).toBe("422 policy-backdated");
    expect(await refused(change({ policyId: "nothing" }))).toBe("404 policy-unknown");
    const body = policyInput();
    expect(await refused(service.as("f", ["finance"])(policyRoutes.changePolicy, { body }))).toBe(
      "403 step-up-required",
    );
    expect(await refused(service.as("o", ["organiser"], "o")(policyRoutes.changePolicy, { body }))).toBe(
      "403 forbidden",
    );
  });
});

/** What the people on call are told on a morning. */
async function pagesOn(day: string): Promise<string[]> {
  const now = service.clock.now();
  service.clock.set(new Date(`${day}T09:00:00+08:00`));
  expect(await runJob("checkCalendar")).toBe(true);
  service.clock.set(now);
  return (await take(service, "alarms" as never)).map(({ body }) => body);
}

describe("working days", () => {
  it("of next year are asked for from November on, every day", async () => {
    expect(await pagesOn("2026-10-31")).toEqual([]);
    for (const day of ["2026-11-01", "2026-11-02", "2026-12-31"])
      expect(await pagesOn(day)).toEqual([expect.stringContaining("no calendar of 2027")]);
  });

  it("are counted by the State Council's calendar: the last of so many that begin with the day after", async () => {
    // Ten days around the Dragon Boat Festival of 2026.
    expect(await workingDayAfter("2026-06-17", 1)).toBe("2026-06-18");
    expect(await workingDayAfter("2026-06-18", 1)).toBe("2026-06-22");
    expect(await workingDayAfter("2026-06-10", 15)).toBe("2026-07-02");
    expect(await workingDayAfter("2026-02-13", 1)).toBe("2026-02-14");
    expect(await workingDayAfter("2026-06-20", 0)).toBe("2026-06-20");
  });

  it("hard case 66: of a year without a calendar are refused, not guessed", async () => {
    expect(await knowsYear(2027)).toBe(false);
    await expect(workingDayAfter("2026-12-31", 1)).rejects.toMatchObject({
      problem: { slug: "calendar-missing", status: 409 },
      facts: { year: 2027 },
    });
  });

  it("are known when two people have entered the year", async () => {
    await changed({
      policyId: "calendar.working-days",
      jurisdiction: "CN",
      validFrom: "2027-01-01",
      value: { year: 2027, daysOff: ["2027-01-01"], workedWeekends: ["2027-01-03"] },
    });
    expect(await workingDayAfter("2026-12-31", 1)).toBe("2027-01-03");
    expect(await pagesOn("2026-11-03")).toEqual([]);
    expect(await workingDayAfter("2026-12-31", 2)).toBe("2027-01-04");
    await expect(workingDayAfter("2027-12-31", 1)).rejects.toThrow("calendar-missing");
  });
});

describe("the audit log", () => {
  const today = async (query: Record<string, unknown> = {}) =>
    good(finance(service)(auditRoutes.listAuditLog, { query: { limit: 100, ...query } }));

  it("tells who asked and who decided, by pseudonyms that tell two people apart", async () => {
    const { items } = await today();
    const asked = items.filter(({ action }) => action === "policy.change.asked");
    const approved = items.filter(({ action }) => action === "policy.change.approved");
    expect(asked.length).toBeGreaterThan(approved.length);
    expect(approved.length).toBeGreaterThan(0);
    expect(new Set(items.map(({ actor }) => actor)).size).toBe(2);
    expect(items.every(({ at }, index) => index === 0 || at <= (items[index - 1]?.at ?? ""))).toBe(true);
    expect(JSON.stringify(items)).not.toContain("finance-1");
  });

  it("tells of every look at a list of others", async () => {
    const { path, groupIds } = await publishedEvent(service);
    const { call } = await citizen(service);
    await good(signUp(call, path, groupIds[0] ?? ""));
    await good(organiser(service)(registrationRoutes.listEntrants, { path, query: {} }));
    const [latest] = (await today()).items;
    expect(latest).toMatchObject({
      action: "listEntrants",
      subject: path.eventId,
      facts: { shown: 1 },
      roles: ["organiser"],
      org: "org-association",
    });
  });

  it("is read day by day, in pages", async () => {
    expect((await today({ date: "2026-06-09" })).items).toEqual([]);
    const { nextCursor = "" } = await today({ limit: 1 });
    expect((await today({ limit: 1, cursor: nextCursor })).items).toHaveLength(1);
    const other = { date: "2026-06-09", cursor: nextCursor };
    expect(await refused(finance(service)(auditRoutes.listAuditLog, { query: other }))).toBe(
      "400 invalid-cursor",
    );
  });
});
