import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runJob } from "#local/localRoutes.ts";
import { accountingRoutes } from "#shared/accounting/contract.ts";
import { approvalRoutes } from "#shared/approvals/contract.ts";
import { account } from "#shared/chart/chart.ts";
import { hold } from "#shared/ledger/holds.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import { client } from "#shared/platform/dynamo.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { finance, JournalStream, postLocally, purchase, settle } from "../../support/ledger.ts";
import { take } from "../../support/queues.ts";
import {
  citizen,
  good,
  publishedEvent,
  refused,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";

let service: TestService;
let stream: JournalStream;
const key = { pk: "p:1", sk: "ENTRY" };

beforeAll(async () => {
  service = await startTestService();
  stream = new JournalStream(service);
  await postLocally(service, purchase("p:1", 1_000));
  await settle(service, stream);
});
afterAll(async () => {
  stream.stop();
  await service.stop();
});

async function alter(amountFen: number): Promise<void> {
  const TableName = service.parts.tableNames.journal;
  const { Item = {} } = await client.send(new GetCommand({ TableName, Key: key }));
  const [debit, credit] = Item["legs"] as { amountFen: number }[];
  const legs = [
    { ...debit, amountFen },
    { ...credit, amountFen },
  ];
  await client.send(new PutCommand({ TableName, Item: { ...Item, legs } }));
}

/** The flag is known for five seconds at most. */
const noticed = () => service.clock.advance(6);

describe("when the audit finds a break", () => {
  it("the people on call are told of the first fault, and money is read-only", async () => {
    await alter(100_000);
    await runJob("auditLedger");
    const [told] = await take(service, "alarms" as never);
    expect(told?.body).toContain("entry-altered at p:1");
    expect(await good(finance(service)(accountingRoutes.getLedgerStatus, {}))).toMatchObject({
      money: "read-only",
      readOnly: { first: { fault: "entry-altered", place: "p:1" } },
    });
  });

  it("money writes are refused with 503 money-read-only", async () => {
    noticed();
    expect(await postLocally(service, purchase("p:2", 500))).toMatchObject({
      status: 503,
      body: { slug: "money-read-only" },
    });
    const card = account("unconsumed", { card: "c1", merchant: "m1" });
    const until = "2026-07-01T00:00:00.000Z";
    await expect(hold(ledger, card, { holdId: "h:1", amountFen: 1, until })).rejects.toThrow(
      "money-read-only",
    );
    const reversal = { path: { journalId: "p:1" }, body: { reason: "试" } };
    expect(await refused(finance(service)(accountingRoutes.reverseEntry, reversal))).toBe(
      "503 money-read-only",
    );
    const close = { path: { period: "2026-05" } };
    expect(await refused(finance(service)(accountingRoutes.closePeriod, close))).toBe("503 money-read-only");
  });

  it("reads and free sign-ups go on", async () => {
    const { path, groupIds } = await publishedEvent(service);
    const { call } = await citizen(service);
    expect(await good(signUp(call, path, groupIds[0] ?? ""))).toMatchObject({ status: "confirmed" });
    await good(call(registrationRoutes.listMyRegistrations, { query: {} }));
    await good(finance(service)(accountingRoutes.getTrialBalance, { query: {} }));
  });

  it("a second fault does not take the first one's place, and nobody is told twice", async () => {
    await runJob("auditLedger");
    expect(await take(service, "alarms" as never)).toEqual([]);
  });

  it("money moves again only after a verification of everything since, and by two people", async () => {
    const body = { reason: "差错已修复" };
    const resume = () => finance(service)(accountingRoutes.resumeMoney, { body });
    expect(await refused(resume())).toBe("409 audit-not-green");
    await alter(1_000);
    expect(await refused(resume())).toBe("409 audit-not-green");
    // A pass that ends now but began before the stop has not looked again at what it had passed.
    const { since = "" } =
      (await good(finance(service)(accountingRoutes.getLedgerStatus, {}))).readOnly ?? {};
    const began = new Date(Date.parse(since) - 60_000).toISOString();
    const pass = {
      begunAt: began,
      at: service.clock.now().toISOString(),
      throughSegment: 1,
      entries: 1,
      emitted: 0,
    };
    const fresh = { number: 0, hash: "", numbers: {} };
    await ledger.db.writeHints("books", [{ pk: "AUDIT", sk: "AUDIT", completed: pass, fresh }], []);
    expect(await refused(resume())).toBe("409 audit-not-green");
    service.clock.advance(1);
    expect(await good(finance(service)(accountingRoutes.verifyLedger, { body: {} }))).toMatchObject({
      ok: true,
      complete: true,
    });
    const { approvalId } = await good(resume());
    expect(await postLocally(service, purchase("p:2", 500))).toMatchObject({ status: 503 });
    const path = { approvalId };
    const { requestHash } = await good(finance(service)(approvalRoutes.getApproval, { path }));
    expect(await refused(finance(service)(approvalRoutes.approve, { path, body: { requestHash } }))).toBe(
      "403 four-eyes",
    );
    await good(finance(service, "finance-2")(approvalRoutes.approve, { path, body: { requestHash } }));
    noticed();
    expect(await postLocally(service, purchase("p:2", 500))).toMatchObject({ status: 200 });
  });

  it("a change of the journal that its stream tells of stops money too", async () => {
    const told = await stream.read();
    expect(told.map(({ eventName }) => eventName)).toContain("MODIFY");
    await stream.hand(told);
    expect(await good(finance(service)(accountingRoutes.getLedgerStatus, {}))).toMatchObject({
      money: "read-only",
      readOnly: { first: { fault: "journal-altered", place: "p:1" } },
    });
  });
});
