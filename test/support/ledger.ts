import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  type _Record,
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from "@aws-sdk/client-dynamodb-streams";
import { invoke } from "#local/functions.ts";
import { runJob } from "#local/localRoutes.ts";
import { accountingRoutes } from "#shared/accounting/contract.ts";
import type { Entry } from "#shared/ledger/model.ts";
import { deliver } from "./queues.ts";
import { good, type TestService } from "./service.ts";

/** Somebody of finance, who signed in with a second factor. */
export const finance = (service: TestService, sub = "finance-1") =>
  service.as(sub, ["finance"], undefined, ["pwd", "mfa"]);

interface Leg {
  account: string;
  owners: Record<string, string>;
  side: "debit" | "credit";
  amountFen: number;
}

export interface LocalEntry {
  journalId: string;
  kind: string;
  memo?: string;
  businessDate?: string;
  legs: readonly Leg[];
}

const again = new Set(["request-in-progress", "temporarily-unavailable"]);

/** Posts an entry by the local route; answers status and body. Comes again when it is told to. */
export async function postLocally(
  service: TestService,
  entry: LocalEntry,
): Promise<{ status: number; body: { outcome?: string; slug?: string; entry?: Entry } }> {
  for (;;) {
    const answer = await service.dispatch({
      method: "POST",
      target: "/local/ledger/entries",
      headers: { "content-type": "application/json" },
      body: Buffer.from(JSON.stringify(entry)),
    });
    const body = JSON.parse(String(answer.body)) as { outcome?: string; slug?: string; entry?: Entry };
    if (!again.has(body.slug ?? "")) return { status: answer.status, body };
  }
}

/** An amount from one account's credit to another's debit. */
export const movement = (
  debited: string,
  debitedOf: Record<string, string>,
  credited: string,
  creditedOf: Record<string, string>,
  amountFen: number,
): LocalEntry["legs"] => [
  { account: debited, owners: debitedOf, side: "debit", amountFen },
  { account: credited, owners: creditedOf, side: "credit", amountFen },
];

/** A purchase of a prepaid thing, as the chart has it: money at the provider, owed to its holder. */
export const purchase = (journalId: string, amountFen: number, card = "c1"): LocalEntry => ({
  journalId,
  kind: "purchase",
  legs: [
    {
      account: "providerClearing",
      owners: { provider: "sandbox", purpose: "cards", owner: "m1" },
      side: "debit",
      amountFen,
    },
    { account: "unconsumed", owners: { card, merchant: "m1" }, side: "credit", amountFen },
  ],
});

/** A use of it: less owed to its holder, more to the merchant. */
export const use = (journalId: string, amountFen: number, card = "c1"): LocalEntry => ({
  journalId,
  kind: "use",
  legs: [
    { account: "unconsumed", owners: { card, merchant: "m1" }, side: "debit", amountFen },
    { account: "payable", owners: { merchant: "m1", purpose: "cards" }, side: "credit", amountFen },
  ],
});

/** The journal's stream, read by hand: tests say when it is delivered, how often and in which order. */
export class JournalStream {
  readonly #service: TestService;
  readonly #database = new DynamoDBClient({});
  readonly #streams = new DynamoDBStreamsClient({});
  readonly #iterators = new Map<string, string | undefined>();
  /** Everything that was read so far. */
  readonly records: _Record[] = [];

  constructor(service: TestService) {
    this.#service = service;
  }

  /** What came since the last time. */
  async read(): Promise<_Record[]> {
    const { Table } = await this.#database.send(
      new DescribeTableCommand({ TableName: this.#service.parts.tableNames.journal }),
    );
    const StreamArn = Table?.LatestStreamArn;
    const { StreamDescription } = await this.#streams.send(new DescribeStreamCommand({ StreamArn }));
    const found: _Record[] = [];
    for (const { ShardId = "" } of StreamDescription?.Shards ?? []) {
      if (!this.#iterators.has(ShardId)) {
        const request = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" } as const;
        const { ShardIterator } = await this.#streams.send(new GetShardIteratorCommand(request));
        this.#iterators.set(ShardId, ShardIterator);
      }
      for (let empty = 0; empty < 2; ) {
        const ShardIterator = this.#iterators.get(ShardId);
        if (!ShardIterator) break;
        const { Records = [], NextShardIterator } = await this.#streams.send(
          new GetRecordsCommand({ ShardIterator }),
        );
        this.#iterators.set(ShardId, NextShardIterator);
        found.push(...Records);
        empty = Records.length === 0 ? empty + 1 : 0;
      }
    }
    this.records.push(...found);
    return found;
  }

  /** Hands records to the consumer as Lambda does. */
  async hand(records: readonly _Record[]): Promise<void> {
    for (let first = 0; first < records.length; first += 100) {
      const Records = records.slice(first, first + 100);
      const { batchItemFailures } = (await invoke("streams/journal", { Records })) as {
        batchItemFailures: unknown[];
      };
      if (batchItemFailures.length > 0) throw new Error("records of the journal would come again");
    }
  }

  async deliver(): Promise<void> {
    await this.hand(await this.read());
  }

  stop(): void {
    this.#database.destroy();
    this.#streams.destroy();
  }
}

/** Delivers what was posted, lets the sealing delay pass and seals. */
export async function settle(service: TestService, stream: JournalStream): Promise<void> {
  await stream.deliver();
  service.clock.advance(300);
  if (!(await runJob("sealLedger"))) throw new Error("the sealer failed");
}

/** The whole ledger as a file, made by its worker and fetched by its link. */
export async function exported(
  service: TestService,
  format: "jsonl" | "hledger",
): Promise<{ text: string; sha256: string; entries: number }> {
  const call = finance(service);
  const { exportId } = await good(call(accountingRoutes.exportLedger, { body: { format } }));
  await deliver(service, "ledger-exports");
  const done = await good(call(accountingRoutes.getLedgerExport, { path: { exportId } }));
  const text = await (await fetch(done.url ?? "")).text();
  return { text, sha256: done.sha256 ?? "", entries: done.entries ?? 0 };
}
