import { readFileSync } from "node:fs";
import type { _Record } from "@aws-sdk/client-dynamodb-streams";
import { DeleteCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { expect } from "vitest";
import { confined } from "#local/access/guard.ts";
import { invoke } from "#local/functions.ts";
import { runJob } from "#local/localRoutes.ts";
import { accountingRoutes } from "#shared/accounting/contract.ts";
import { lineKey, lineOf } from "#shared/ledger/lines.ts";
import { client } from "#shared/platform/dynamo.ts";
import { uploadStream } from "#shared/platform/objects.ts";
import { imageOf } from "#shared/platform/stream.ts";
import { approve, letMoneyMove, proposed, stopMoneyFor } from "../../support/deciding.ts";
import { exported, finance, JournalStream, postLocally, purchase, settle } from "../../support/ledger.ts";
import { deliver, take } from "../../support/queues.ts";
import { good, type TestService } from "../../support/service.ts";
import { ledgerObjects } from "./cases.ts";

/** How the ledger's functions use what no single call of a route needs; in this order, on the books of the cases. */
export function ledgerUses(service: () => TestService): [string, () => Promise<void>][] {
  const { journalId } = ledgerObjects;
  let stream: JournalStream;
  const posted = async (name: string) =>
    expect(await postLocally(service(), purchase(name, 100, "uses"))).toMatchObject({ status: 200 });
  const run = async (job: string) => expect([job, await runJob(job)]).toEqual([job, true]);
  const entryKey = { pk: journalId, sk: "ENTRY" };
  const nameOf = (table: "journal" | "books") => service().parts.tableNames[table];

  /** The people on call are told of one fault, and money moves again. */
  async function told(fault: string, work: () => Promise<unknown>): Promise<void> {
    await take(service(), "alarms" as never);
    await work();
    const messages = await take(service(), "alarms" as never);
    expect(messages.map(({ body }) => body)).toEqual([expect.stringContaining(fault)]);
    await letMoneyMove(service());
  }
  /** An entry is altered in the table itself, and put right again. */
  async function altered(work: () => Promise<unknown>): Promise<void> {
    const TableName = nameOf("journal");
    const { Item } = await client.send(new GetCommand({ TableName, Key: entryKey }));
    await client.send(new PutCommand({ TableName, Item: { ...Item, kind: "altered" } }));
    await work();
    await client.send(new PutCommand({ TableName, Item }));
  }

  return [
    [
      "a reversal that is dated back into an open month",
      async () => {
        await letMoneyMove(service());
        stream = new JournalStream(service());
        const wanted = { amountsFen: [1, 1], businessDate: "2026-05-31" };
        const approvalId = await proposed(service(), journalId, wanted);
        expect(await good(approve(finance(service(), "finance-2"), approvalId))).toMatchObject({
          status: "approved",
          after: { businessDate: "2026-05-31" },
        });
      },
    ],
    [
      "money that moves again by two people's decision",
      async () => {
        await stopMoneyFor(service(), { fault: "test", place: "nowhere" });
        const maker = finance(service());
        await good(maker(accountingRoutes.verifyLedger, { body: {} }));
        const { approvalId } = await good(
          maker(accountingRoutes.resumeMoney, { body: { reason: "已核实" } }),
        );
        await good(approve(finance(service(), "finance-2"), approvalId));
        service().clock.advance(6);
        expect(await good(maker(accountingRoutes.getLedgerStatus, {}))).toMatchObject({ money: "open" });
      },
    ],
    [
      "a file that is written, fetched, and one that breaks off",
      async () => {
        expect((await exported(service(), "jsonl")).entries).toBeGreaterThan(0);
        async function* breaking() {
          for (let piece = 0; piece < 3; piece += 1) yield Buffer.alloc(6 * 1024 * 1024, "a");
          throw new RangeError("the books could not be read on");
        }
        // A ledger of this size is long in the making: the worker's own upload, with what it may do.
        const of = { bucket: "exports", key: "ledger/broken", contentType: "text/plain" } as const;
        const upload = confined("jobs/exportLedger", () => uploadStream({ ...of, parts: breaking() }));
        await expect(upload).rejects.toThrow(RangeError);
      },
    ],
    [
      "a month that is closed, and an entry that is sealed late",
      async () => {
        await posted("uses:1");
        const [held, ...rest] = (await stream.read()).toReversed();
        await stream.hand(rest);
        service().clock.advance(300);
        await run("sealLedger");
        await stream.hand(held ? [held] : []);
        await settle(service(), stream);
        for (const job of ["auditLedger", "sealLedger"]) await run(job);
        const { items } = await good(finance(service())(accountingRoutes.listPeriods, {}));
        expect(items.at(-1)).toMatchObject({ period: "2026-04", status: "closed" });
      },
    ],
    [
      "books that are forgotten and made again from the journal",
      async () => {
        const message = JSON.parse(readFileSync("events/samples/rebuildLedger.json", "utf8")) as unknown;
        await invoke("jobs/auditLedger", message);
        await deliver(service(), "ledger-audits");
        for (const job of ["sealLedger", "publishRoot", "auditLedger"]) await run(job);
        const path = { date: ledgerObjects.date };
        await good(service().anyone(accountingRoutes.getLedgerRoot, { path }));
      },
    ],
    [
      "a fault that the sealer finds",
      async () => {
        await posted("uses:2");
        const [record] = await stream.read();
        const { dynamodb } = record ?? {};
        const [debit, ...others] = dynamodb?.NewImage?.["legs"]?.L ?? [];
        const legs = { L: [{ M: { ...debit?.M, amountFen: { N: "99" } } }, ...others] };
        const wrong = { ...record, dynamodb: { ...dynamodb, NewImage: { ...dynamodb?.NewImage, legs } } };
        await stream.hand([wrong as _Record]);
        service().clock.advance(300);
        await told("entry-unbalanced at uses:2", () => run("sealLedger"));
        const Key = lineKey(lineOf(imageOf(dynamodb?.NewImage ?? {})));
        await client.send(new DeleteCommand({ TableName: nameOf("books"), Key }));
        await stream.hand(record ? [record] : []);
        await settle(service(), stream);
      },
    ],
    [
      "a fault that the journal's stream tells of",
      async () => {
        const [record] = stream.records;
        const altering = () => stream.hand([{ ...record, eventName: "MODIFY" }]);
        await told("journal-altered", altering);
        stream.stop();
      },
    ],
    [
      "a fault that a verification finds, whoever asks for it",
      async () => {
        const verify = () => good(finance(service())(accountingRoutes.verifyLedger, { body: {} }));
        service().clock.advance(86_400);
        await run("sealLedger");
        await altered(async () => {
          for (const find of [verify, () => run("auditLedger"), () => run("publishRoot")])
            await told(`entry-altered at ${journalId}`, find);
        });
        expect(await verify()).toMatchObject({ ok: true, complete: true });
      },
    ],
  ];
}
