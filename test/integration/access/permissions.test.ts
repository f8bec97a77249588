import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { DeleteCommand, GetCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { SignUpAccepted } from "#events/contracts/signUpAccepted.ts";
import { lambdas, noRoute } from "#infra/lambdas.ts";
import { type Permissions, permissions, permissionsOf } from "#infra/permissions.ts";
import { confined, forgetSecrets, refusals, usedBy } from "#local/access/guard.ts";
import { invoke } from "#local/functions.ts";
import { runJob } from "#local/localRoutes.ts";
import { accountingRoutes } from "#shared/accounting/contract.ts";
import { auditRoutes } from "#shared/audit/contract.ts";
import type { Client } from "#shared/client.ts";
import { merchantRoutes } from "#shared/merchants/contract.ts";
import { noticeRoutes } from "#shared/notices/contract.ts";
import { deliveredAt } from "#shared/notices/notices.ts";
import { paymentRoutes } from "#shared/payments/contract.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { client, dynamo } from "#shared/platform/dynamo.ts";
import type { BucketName, TableName } from "#shared/platform/env.ts";
import { downloadUrl, getObject, putObject } from "#shared/platform/objects.ts";
import { tellOnCall } from "#shared/platform/page.ts";
import { policyRoutes } from "#shared/policies/contract.ts";
import { forgetDecided } from "#shared/policies/reading.ts";
import { approvalRoutes } from "#shared/registration/approval/contract.ts";
import { calendarRoutes } from "#shared/registration/calendar/contract.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { drawRoutes } from "#shared/registration/draw/contract.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";
import { standingRoutes } from "#shared/registration/standing/contract.ts";
import { routes } from "#shared/routes.ts";
import { serviceRoutes } from "#shared/service/contract.ts";
import { uploadRoutes } from "#shared/uploads/contract.ts";
import { webhookRoutes } from "#shared/webhooks/contract.ts";
import { renderDocs } from "../../../docs/page.ts";
import { approve, reject } from "../../support/deciding.ts";
import { signUpAtDesk } from "../../support/desk.ts";
import { child } from "../../support/family.ts";
import { finance } from "../../support/ledger.ts";
import { admitted, decideOn, merchant, venueInput } from "../../support/merchants.ts";
import { connectedTo, knownInWechat, startNoticeProviders } from "../../support/noticeProviders.ts";
import { deliverNotices, inboxOf, tell } from "../../support/notices.ts";
import { policyInput } from "../../support/policies.ts";
import { type Delivered, deliver, work } from "../../support/queues.ts";
import { startReceiver } from "../../support/receiver.ts";
import {
  citizen,
  eventInput,
  good,
  organiser,
  publishedEvent,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import { bureau } from "../../support/standing.ts";
import { announced, pdf } from "../../support/uploads.ts";
import { availability, cancel, changed, fullEvent, join, offeredTo } from "../../support/waiting.ts";
import { deliveriesOf, deliverWebhooks, endpointOf, post, register } from "../../support/webhooks.ts";
import { calendarUses } from "./calendarUses.ts";
import { type Case, call, casesOf, somebodyAs } from "./cases.ts";
import { decisionUses } from "./decisionUses.ts";
import { deskUses } from "./deskUses.ts";
import { eligibilityUses } from "./eligibilityUses.ts";
import { ledgerUses } from "./ledgerUses.ts";
import { paymentUses } from "./paymentUses.ts";
import { programmeUses } from "./programmeUses.ts";
import { standingUses } from "./standingUses.ts";
import { uploadUses } from "./uploadUses.ts";

let service: TestService;
let cases: Readonly<Record<string, Case>>;
beforeAll(async () => {
  await renderDocs();
  service = await startTestService();
  cases = casesOf(service);
});
afterAll(() => service.stop());

const sample = (name: string): unknown => JSON.parse(readFileSync(`events/samples/${name}.json`, "utf8"));
const names = routes.map((route) => [route.operationId, route] as const);

describe("what infra/permissions.ts grants is enough", () => {
  const secretKey = { pk: "SECRET#references", sk: "1" };
  const stranger = () => service.as("stranger", ["citizen"]);
  const path = { eventId: "evt_01J00000000000000000000000" };
  /** A sign-up as it is queued, made without the function that queues it. */
  const accepted = async () => {
    const { event, groupIds } = await publishedEvent(service, { mode: "queued" });
    const { Records } = sample("signUpAccepted") as { Records: Delivered[] };
    return Records.map((record) => {
      const { data, ...message } = JSON.parse(record.body) as SignUpAccepted;
      const { eventId, version: rules } = event;
      const application = { ...data.application, eventId, groupId: groupIds[0], leaves: groupIds, rules };
      return { ...record, body: JSON.stringify({ ...message, data: { ...data, application } }) };
    });
  };
  let queued: Delivered[];
  /** Two draws that somebody entered and whose list is to be closed. */
  const entriesClosed = async () => {
    const signUpClosesAt = new Date(service.clock.now().getTime() + 60_000).toISOString();
    const made = [1, 2].map(() => publishedEvent(service, { allocation: "draw", signUpClosesAt }));
    const events = await Promise.all(made);
    for (const event of events)
      await good(signUp((await citizen(service)).call, event.path, event.groupIds[0] ?? ""));
    service.clock.advance(61);
    return events.map(({ event }) => event.eventId);
  };
  let due: string[];
  /** The shortest way by which a function comes to need a pseudonym or a signature. */
  const firstUse: Readonly<Record<string, () => Promise<unknown>>> = {
    "people/citizen": () => citizen(service),
    "registration/organiser": () =>
      organiser(service)(registrationRoutes.createEvent, { body: eventInput() }),
    "registration/desk": () =>
      signUpAtDesk(organiser(service), { path, groupIds: ["grp_01J00000000000000000000000"] }, {}),
    "registration/programme": () =>
      organiser(service)(programmeRoutes.createSeries, {
        body: { name: "路跑联赛", kind: "series", season: "2026" },
      }),
    "registration/holdings": () =>
      service.as("bureau", ["admin"])(programmeRoutes.listHoldings, { query: { cursor: "e30.x" } }),
    "audit/finance": async () => {
      const { path: of } = await publishedEvent(service);
      for (const query of [{ limit: 1 }, { limit: 2 }])
        await good(organiser(service)(registrationRoutes.listEntrants, { path: of, query }));
      await client.send(
        new DeleteCommand({ TableName: service.parts.tableNames.operations, Key: secretKey }),
      );
      forgetSecrets();
      return finance(service)(auditRoutes.listAuditLog, { query: { limit: 1 } });
    },
    "policies/finance": () => finance(service)(policyRoutes.listPolicies, { query: { limit: 1 } }),
    "merchants/public": () => service.anyone(merchantRoutes.listMerchants, { query: { cursor: "e30.x" } }),
    "merchants/merchant": () => stranger()(merchantRoutes.listMyMerchants, { query: {} }),
    "merchants/bureau": () =>
      finance(service)(merchantRoutes.listMerchantReviews, { query: { cursor: "e30.x" } }),
    "registration/signUp": () => signUp(stranger(), path, "grp_01J00000000000000000000000"),
    "jobs/serveSignUps": () => work("sign-ups", queued),
    "registration/approval": () =>
      organiser(service)(approvalRoutes.approveRegistration, {
        path: { ...path, registrationId: "reg_01J00000000000000000000000" },
      }),
    "registration/draws": () =>
      organiser(service)(drawRoutes.makeDraw, { path: { eventId: due[0] ?? "" }, body: {} }),
    "jobs/runDraws": () => runJob("runDraws"),
    "registration/citizen": () => stranger()(registrationRoutes.listMyRegistrations, { query: {} }),
    "registration/standing": () => stranger()(standingRoutes.listMyPenalties, {}),
    "registration/bureau": () => bureau(service)(standingRoutes.listBans, { query: { cursor: "e30.x" } }),
    "registration/public": () => service.anyone(registrationRoutes.listEvents, { query: { limit: 1 } }),
    "registration/feeds": () =>
      service.anyone(calendarRoutes.getCalendarFeed, { path: { feedToken: "A".repeat(43) } }),
    "service/public": () => service.anyone(serviceRoutes.getDeepHealth, {}),
    "ledger/finance": () => finance(service)(accountingRoutes.exportLedger, { body: { format: "jsonl" } }),
    "notices/citizen": () => stranger()(noticeRoutes.listNotifications, { query: {} }),
    "webhooks/merchant": () =>
      stranger()(webhookRoutes.listWebhooks, { path: { merchantId: "mer_01J00000000000000000000000" } }),
    "ledger/verifyLedger": () => finance(service)(accountingRoutes.verifyLedger, { body: { next: "e30.x" } }),
    "payments/citizen": () =>
      stranger()(paymentRoutes.getPayment, { path: { paymentId: "pay_01J00000000000000000000000" } }),
    "payments/finance": () => {
      const path = { caseId: "unidentified.nowhere" };
      const body = { decision: "refund", reason: "无法识别" } as const;
      return finance(service)(paymentRoutes.decidePaymentCase, { path, body });
    },
    "uploads/everyone": () => stranger()(uploadRoutes.createUpload, { body: announced(pdf()) }),
    "approvals/finance": () =>
      reject(finance(service), "apv_01J00000000000000000000000", { requestHash: "x" }),
  };

  it("for the function that is the first to need the service's secrets, whichever it is", async () => {
    const users = lambdas.filter((lambda) => permissionsOf(lambda).secrets.includes("references"));
    expect(Object.keys(firstUse).toSorted()).toEqual(users.toSorted());
    // A page that is not the last is signed.
    await publishedEvent(service);
    await publishedEvent(service);
    queued = await accepted();
    due = await entriesClosed();
    const TableName = service.parts.tableNames.operations;
    for (const [lambda, use] of Object.entries(firstUse)) {
      await client.send(new DeleteCommand({ TableName, Key: secretKey }));
      forgetSecrets();
      await use();
      expect((await client.send(new GetCommand({ TableName, Key: secretKey }))).Item, lambda).toBeDefined();
    }
    // What was made last is everybody's from here on.
    forgetSecrets();
  });

  it.each(names)("for %s", async (operationId, route) => {
    const role = route.access === "public" ? "anyone" : (route.access[0] ?? "anyone");
    const owner = await somebodyAs(service, role, operationId !== "putMe");
    const own = await cases[operationId]?.make(owner.call, "own");
    const answer = await call(owner, route, own ?? {});
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ ok: true });
  });

  it("for signing up somebody else, whose request is remembered beside", async () => {
    const { call: parent } = await citizen(service);
    const { personId: participantId } = await child(parent);
    const event = await publishedEvent(service);
    const registration = signUp(parent, event.path, event.groupIds[0] ?? "", { participantId });
    expect(await good(registration)).toMatchObject({ participantId });
  });

  it("for giving back what an erased person held", async () => {
    const { call: leaver } = await citizen(service);
    const event = await publishedEvent(service);
    await good(signUp(leaver, event.path, event.groupIds[0] ?? ""));
    await good(leaver(peopleRoutes.eraseMe, {}));
    expect(await invoke("streams/people", sample("personErasedRecord"))).toEqual({ batchItemFailures: [] });
    expect(await runJob("releaseErased")).toBe(true);
    expect(await availability(service, event.path)).toMatchObject([{ held: 0 }]);
  });

  it("for a sign-up that is served in turn, also when the event was changed meanwhile", async () => {
    const { call: parent } = await citizen(service);
    const { personId: participantId } = await child(parent);
    const { path, groupIds } = await publishedEvent(service, { mode: "queued" });
    const groupId = groupIds[0] ?? "";
    const mine = await good(signUp(parent, path, groupId));
    await good(signUp(parent, path, groupId, { participantId }));
    await good(changed(service, path, { name: "新名字" }));
    await deliver(service, "sign-ups");
    const { registrationId } = mine;
    const query = "ticket" in mine ? { ticket: mine.ticket } : {};
    const read = parent(registrationRoutes.getRegistration, { path: { registrationId }, query });
    expect(await good(read)).toMatchObject({ status: "confirmed" });
    expect(await availability(service, path)).toMatchObject([{ held: 2 }]);
  });

  it.each(["direct", "queued"] as const)(
    "for a reserved place that has flowed back to everybody, %s",
    async (mode) => {
      const boys = {
        name: "男子预留",
        capacity: 1,
        rule: { sex: "male" },
        flowsBackAt: "2026-06-05T00:00:00Z",
      };
      const groups = [{ name: "成人组", capacity: 2, pools: [boys] }];
      const { path, groupIds } = await publishedEvent(service, { groups, mode });
      const women = [await citizen(service), await citizen(service)];
      for (const { call } of women) {
        await good(signUp(call, path, groupIds[0] ?? ""));
        await deliver(service, "sign-ups");
      }
      expect(await availability(service, path)).toMatchObject([{ held: 2, free: 0 }]);
    },
  );

  it("for offering a place to who waits, whoever gives it", async () => {
    const { call: first } = await citizen(service);
    const { call: second } = await citizen(service);
    const { offered, ...event } = await offeredTo(service, first);
    const { path } = event;
    await join(second, event);
    // The offer lapses; the job gives the place to the next.
    service.clock.advance(4 * 3600);
    expect(await runJob("offerPlaces")).toBe(true);
    await good(cancel(offered));
    expect(await availability(service, path)).toMatchObject([{ held: 1, waitlisted: 0 }]);

    const { call: third } = await citizen(service);
    await join(third, event);
    await good(second(peopleRoutes.eraseMe, {}));
    expect(await runJob("releaseErased")).toBe(true);
    expect(await availability(service, path)).toMatchObject([{ held: 1, waitlisted: 0 }]);

    const full = await fullEvent(service);
    const { call: fourth } = await citizen(service);
    await join(fourth, full);
    const groups = [{ groupId: full.groupId, name: "成人组", capacity: 2 }];
    await good(changed(service, full.path, { groups }));
    expect(await availability(service, full.path)).toMatchObject([{ held: 2, waitlisted: 0 }]);
  });

  it("for bringing a notice to a person, and to one who was erased", async () => {
    const [me, gone] = [await citizen(service), await citizen(service)];
    await good(gone.call(peopleRoutes.eraseMe, {}));
    for (const person of [me, gone]) await tell(person, "uses");
    forgetDecided();
    await deliverNotices();
    expect(await inboxOf(me)).toMatchObject([{ delivery: "delivered" }]);
    expect(await deliveredAt("uses", gone.personId)).toBeUndefined();
    // What lies in an inbox is given up with everything else.
    await tell(me, "kept");
    await good(me.call(peopleRoutes.eraseMe, {}));
    expect(await runJob("releaseErased")).toBe(true);
  });

  it("for bringing notices by the providers whose credentials are sealed here", async () => {
    const [me, inWechat] = [await citizen(service), await citizen(service)];
    await knownInWechat(inWechat.personId, "openid-of-uses");
    const providers = await startNoticeProviders(service.clock.now);
    for (const person of [me, inWechat]) await tell(person, "provided");
    await connectedTo(providers, ["wechat", "sms"], service.clock.now(), deliverNotices);
    await providers.stop();
    expect(await inboxOf(me)).toMatchObject([{ delivery: "delivered" }]);
    expect(await inboxOf(inWechat)).toMatchObject([{ delivery: "sent" }]);
  });

  it("for telling a merchant's system, which then does not answer", async () => {
    const owner = await merchant(service);
    const receiver = await startReceiver();
    const { path } = await register(owner, receiver);
    await post(owner, "uses");
    await deliverWebhooks();
    await receiver.stop();
    await post(owner, "uses:2");
    await deliverWebhooks();
    expect(await deliveriesOf(owner, path)).toHaveLength(2);
    expect(await endpointOf(owner, path)).toMatchObject({ failingSince: expect.any(String) });
  });

  it.each(ledgerUses(() => service))("for %s", (_, use) => use());

  it.each(paymentUses(() => service))("for %s", (_, use) => use());
  it.each(uploadUses(() => service))("for %s", (_, use) => use());
  it.each(standingUses(() => service))("for %s", (_, use) => use());
  it.each(decisionUses(() => service))("for %s", (_, use) => use());
  it.each(eligibilityUses(() => service))("for %s", (_, use) => use());
  it.each(deskUses(() => service))("for %s", (_, use) => use());
  it.each(calendarUses(() => service))("for %s", (_, use) => use());
  it.each(programmeUses(() => service))("for %s", (_, use) => use());

  it("for a rule that is changed", async () => {
    const { approvalId } = await good(finance(service)(policyRoutes.changePolicy, { body: policyInput() }));
    expect(await good(approve(finance(service, "finance-2"), approvalId))).toMatchObject({
      status: "approved",
    });
  });

  it("for the rules that merchants are held to, whoever is the first to read them", async () => {
    forgetDecided();
    const { owner, path, merchantId } = await admitted(service);
    forgetDecided();
    await good(owner(merchantRoutes.addVenue, { path, body: venueInput() }));
    expect((await good(service.anyone(merchantRoutes.getMerchant, { path }))).merchantId).toBe(merchantId);
  });

  it("for a freeze of a merchant that another person reviews", async () => {
    const { merchantId } = await admitted(service);
    const { frozen } = await good(decideOn(finance(service), "freeze", merchantId));
    expect(await good(approve(finance(service, "finance-2"), frozen?.approvalId ?? ""))).toMatchObject({
      status: "approved",
    });
  });

  it("for what no route takes", async () => {
    expect(await invoke(noRoute, sample("noRoute"))).toMatchObject({ statusCode: 405 });
  });

  it("so that nothing was refused, not even where nobody would notice", () => {
    expect(refusals).toEqual([]);
  });
});

describe("what infra/permissions.ts grants is needed", () => {
  it.each(lambdas)("by %s: each action, key, secret and queue was used", (lambda) => {
    expect(usedBy(lambda)).toEqual(permissionsOf(lambda));
  });
});

describe("what is not granted is refused", () => {
  afterEach(() => vi.restoreAllMocks());

  /** Takes something away from a function while `work` runs, and answers what was refused meanwhile. */
  async function without(lambda: string, less: Partial<Permissions>, work: () => Promise<unknown>) {
    vi.spyOn(console, "error").mockReturnValue();
    const granted = permissionsOf(lambda);
    const data: Record<string, Permissions> = permissions;
    const before = refusals.length;
    data[lambda] = { ...granted, ...less };
    try {
      return { answer: await work(), refused: refusals.slice(before) };
    } finally {
      data[lambda] = granted;
    }
  }
  const lessOf = (
    lambda: string,
    table: keyof Permissions["tables"],
    action: string,
  ): Partial<Permissions> => {
    const { tables } = permissionsOf(lambda);
    return { tables: { ...tables, [table]: tables[table]?.filter((granted) => granted !== action) } };
  };
  const failed = { ok: false, status: 500 };
  const registered = async (by: Client) => {
    const { path, groupIds } = await publishedEvent(service);
    return { path, ...(await good(signUp(by, path, groupIds[0] ?? ""))) };
  };

  it("an action on a table, also from a function whose other actions are granted", async () => {
    const { path } = await publishedEvent(service);
    const { answer, refused } = await without(
      "registration/public",
      lessOf("registration/public", "registration", "BatchGetItem"),
      async () => [
        await service.anyone(registrationRoutes.getAvailability, { path }),
        await service.anyone(registrationRoutes.getEvent, { path }),
      ],
    );
    expect(answer).toMatchObject([failed, { ok: true }]);
    expect(refused).toEqual([
      expect.stringMatching(
        /^registration\/public is not authorized to perform dynamodb:BatchGetItem on registration LANE#/,
      ),
    ]);
  });

  it("a transaction for one of its parts, of which then none is written", async () => {
    const { call: me } = await citizen(service);
    const { path, registrationId } = await registered(me);
    const cancel = () => me(registrationRoutes.cancelRegistration, { path: { registrationId } });
    const held = async () =>
      (await good(service.anyone(registrationRoutes.getAvailability, { path }))).groups[0]?.held;
    const lambda = "registration/citizen";
    const less = lessOf(lambda, "registration", "UpdateItem");
    const { answer, refused } = await without(lambda, less, cancel);
    expect(answer).toMatchObject(failed);
    expect(refused).toEqual([expect.stringContaining("dynamodb:UpdateItem on registration LANE#")]);
    expect(await held()).toBe(1);
    await good(cancel());
    expect(await held()).toBe(0);
  });

  it("a query of an index that may be asked of the table alone", async () => {
    const by = organiser(service);
    const list = () =>
      by(registrationRoutes.listOrganiserEvents, { path: { orgId: "org-association" }, query: {} });
    const lambda = "registration/organiser";
    const { answer, refused } = await without(lambda, lessOf(lambda, "registration", "Query:byOwner"), list);
    expect(answer).toMatchObject(failed);
    expect(refused).toEqual([expect.stringContaining("dynamodb:Query on registration/index/byOwner")]);
  });

  it("a partition key outside the patterns", async () => {
    const { call: me } = await citizen(service);
    const { path, groupIds } = await publishedEvent(service);
    const lambda = "registration/signUp";
    const keys = { ...permissionsOf(lambda).keys, people: ["ACCOUNT#*"] };
    const { answer, refused } = await without(lambda, { keys }, () => signUp(me, path, groupIds[0] ?? ""));
    expect(answer).toMatchObject(failed);
    expect(refused).toEqual([expect.stringContaining("dynamodb:GetItem on people PERSON#per_")]);
  });

  it("a secret of another purpose, though another function had opened it", async () => {
    const { call: me } = await citizen(service);
    const { call: other } = await citizen(service);
    await registered(other);
    forgetSecrets();
    await good(other(registrationRoutes.listMyRegistrations, { query: {} }));
    const { answer, refused } = await without("people/citizen", { secrets: ["persons-*"] }, () =>
      me(peopleRoutes.getMe, {}),
    );
    expect(answer).toMatchObject(failed);
    expect(refused).toEqual([expect.stringContaining("kms:Decrypt on the master key for references")]);
    await good(me(peopleRoutes.getMe, {}));
  });

  it("a message to a queue", async () => {
    const record = () => invoke("streams/people", sample("personErasedRecord"));
    const { answer, refused } = await without("streams/people", { sends: [] }, record);
    expect(answer).toMatchObject({ batchItemFailures: [{}] });
    expect(refused).toEqual([expect.stringContaining("sqs:SendMessage on ")]);
  });

  it("a scan where keys confine a table, though the action is granted", async () => {
    const scanning: Partial<Permissions> = {
      tables: { people: ["Scan"], registration: ["Scan"] },
      keys: { people: ["PERSON#*"] },
    };
    const scan = (table: TableName) => confined(noRoute, () => dynamo.scan({ table, limit: 1 }));
    const { answer, refused } = await without(noRoute, scanning, async () => [
      (await Promise.allSettled([scan("people"), scan("registration")])).map(({ status }) => status),
    ]);
    expect(answer).toEqual([["rejected", "fulfilled"]]);
    expect(refused).toEqual([expect.stringContaining("dynamodb:Scan on people")]);
  });

  it("objects of another bucket, another action on them, and to tell the people on call", async () => {
    const put = (bucket: BucketName) => putObject({ bucket, key: "a", body: "a", contentType: "text/plain" });
    const link = () => downloadUrl({ bucket: "exports", key: "a", seconds: 1, filename: "a" });
    const asking = () =>
      Promise.allSettled([
        put("exports"),
        put("evidence"),
        getObject("exports", "a"),
        link(),
        tellOnCall({ subject: "s", text: "t" }),
      ]);
    const granted: Partial<Permissions> = { objects: { exports: ["PutObject"] } };
    const { answer, refused } = await without(noRoute, granted, () => confined(noRoute, asking));
    const [first, ...others] = answer as PromiseSettledResult<unknown>[];
    expect(first).toMatchObject({ status: "fulfilled", value: "put" });
    expect(others.slice(0, 3).map(({ status }) => status)).toEqual(Array(3).fill("rejected"));
    expect(others[3]).toMatchObject({ status: "fulfilled", value: false });
    expect(refused.map((said) => /perform (\S+ on \w+)/.exec(said)?.[1]).toSorted()).toEqual([
      "s3:GetObject on exports",
      "s3:GetObject on exports",
      "s3:PutObject on evidence",
      "sns:Publish on arn",
    ]);
  });

  it("anything that a function asks later, beside others, after it waited", async () => {
    vi.spyOn(console, "error").mockReturnValue();
    const scan = () => client.send(new ScanCommand({ TableName: service.parts.tableNames.registration }));
    const later = async () => {
      await wait(5);
      return (await Promise.allSettled([scan(), scan()])).map(({ status }) => status);
    };
    const [inside, outside] = await Promise.all([confined(noRoute, later), later()]);
    expect(inside).toEqual(["rejected", "rejected"]);
    expect(outside).toEqual(["fulfilled", "fulfilled"]);
    await expect(confined(noRoute, scan)).rejects.toMatchObject({ name: "AccessDeniedException" });
  });
});
