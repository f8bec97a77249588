import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { invoke } from "#local/functions.ts";
import { runJob } from "#local/localRoutes.ts";
import { accountingRoutes } from "#shared/accounting/contract.ts";
import type { Item } from "#shared/platform/database.ts";
import { client } from "#shared/platform/dynamo.ts";
import { finance, JournalStream, postLocally, purchase, settle, use } from "../../support/ledger.ts";
import { deliver } from "../../support/queues.ts";
import { good, refused, startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
let stream: JournalStream;

beforeAll(async () => {
  service = await startTestService();
  stream = new JournalStream(service);
});
afterAll(async () => {
  stream.stop();
  await service.stop();
});

/** What the sealer makes; how far the audit is, and what only tells the sealer where to look, are not of the books. */
const OF_THE_WAY = /^(AUDIT|MINUTES#|BEGINNING|LATE-LINES|HEAD|WATERMARK)/;

async function books(): Promise<Map<string, Item>> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: service.parts.tableNames.books }));
  return new Map(
    Items.filter(({ pk }) => !OF_THE_WAY.test(String(pk))).map((item) => [
      `${item["pk"]} ${item["sk"]}`,
      item,
    ]),
  );
}

const rebuildMessage = () => ({
  Records: [
    {
      messageId: "rebuild",
      body: JSON.stringify({ type: "leyun.ledger.rebuild.v1" }),
      attributes: { ApproximateReceiveCount: "1" },
    },
  ],
});

it("books that were deleted are rebuilt from the journal, equal to the last byte, late entries too", async () => {
  for (let at = 1; at <= 12; at += 1) {
    await postLocally(
      service,
      at % 3 === 0 ? use(`e:${at}`, 10 * at) : purchase(`e:${at}`, 100 * at, `c${at % 2}`),
    );
    service.clock.advance(25);
  }
  // The record of one entry is lost on its way and comes an hour later.
  const records = await stream.read();
  const [lost, ...others] = records;
  await stream.hand(others);
  service.clock.advance(300);
  await runJob("sealLedger");
  service.clock.advance(3_600);
  await postLocally(service, purchase("e:13", 1_300));
  await stream.hand(lost ? [lost] : []);
  await settle(service, stream);
  await postLocally(service, purchase("e:14", 1_400));
  await settle(service, stream);
  // The day ends, and its root is published.
  service.clock.advance(86_400);
  await runJob("sealLedger");
  await runJob("publishRoot");

  const before = await books();
  expect([...before.keys()].filter((name) => name.startsWith("LATE-ENTRIES"))).toHaveLength(1);
  expect([...before.keys()].filter((name) => name.startsWith("ROOTS"))).toHaveLength(1);

  await invoke("jobs/auditLedger", rebuildMessage());
  expect(await books()).toEqual(new Map());
  // Meanwhile nobody seals half of it, and nobody takes what is missing for a fault.
  await runJob("sealLedger");
  await runJob("auditLedger");
  expect(await refused(finance(service)(accountingRoutes.verifyLedger, { body: {} }))).toBe(
    "409 books-rebuilding",
  );
  await deliver(service, "ledger-audits");
  await runJob("sealLedger");
  await runJob("publishRoot");

  expect(Object.fromEntries(await books())).toEqual(Object.fromEntries(before));
  expect(await good(finance(service)(accountingRoutes.verifyLedger, { body: {} }))).toMatchObject({
    ok: true,
    complete: true,
    entriesChecked: 14,
  });
  expect(await good(finance(service)(accountingRoutes.getLedgerStatus, {}))).toMatchObject({ money: "open" });
});
