import { Duration, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { JobSchedules } from "../constructs/jobSchedules.ts";
import { LedgerWatch } from "../constructs/ledgerWatch.ts";
import type { Queues } from "../constructs/publishing.ts";
import type { Foundation } from "../constructs/serviceFunction.ts";
import { StreamConsumer } from "../constructs/streamConsumer.ts";
import { WorkQueue } from "../constructs/workQueue.ts";
import { prefixOf } from "../deployment.ts";

const lateSeals =
  "finance and everybody with a balance: what was posted is not yet proven, and balances of days past come late";

const lateAudits =
  "finance and whoever holds money here: an altered or missing entry would be found later than it should be";

const lateRoots =
  "auditors and the supervising authority: nobody outside could prove later what stood in the ledger of that day";

const lateExports = "finance, who wait for a file of the ledger that they asked for";

const lateLines =
  "finance and whoever reads an account: its lines and balances lack what was posted since, and nothing is sealed";

const errorImpacts = { sealLedger: lateSeals, auditLedger: lateAudits, publishRoot: lateRoots } as const;

/** As many as a queue's mapping takes at least. Of two sealers at once one finds its write refused, and ends. */
const FEWEST = 2;

const heavy = { memory: 1769, concurrency: FEWEST } as const;
const minutes = (count: number) => count * 60;

/** What happens to the ledger without anybody asking: it is derived, sealed, audited, published and exported. */
export class LedgerJobsStack extends Stack {
  readonly queues: Pick<Queues, "ledger-seals" | "ledger-audits" | "ledger-roots" | "ledger-exports">;

  constructor(scope: Construct, id: string, foundation: Foundation & { queues: Partial<Queues> }) {
    const { deployment, queues } = foundation;
    super(scope, id, {
      description: `Leyun ${deployment.stage}: schedules, queues and stream consumer of the ledger`,
      terminationProtection: deployment.settings.keepsData,
    });
    const work = {
      "ledger-seals": new WorkQueue(this, "Seals", {
        ...foundation,
        ...heavy,
        queue: "ledger-seals",
        // A tick comes every minute: a run that lasts longer would be met by the next.
        timeoutSeconds: 55,
        tellsAfter: Duration.minutes(5),
        errorImpact: lateSeals,
      }),
      "ledger-audits": new WorkQueue(this, "Audits", {
        ...foundation,
        ...heavy,
        queue: "ledger-audits",
        timeoutSeconds: minutes(14),
        tellsAfter: Duration.hours(1),
        errorImpact: lateAudits,
      }),
      "ledger-roots": new WorkQueue(this, "Roots", {
        ...foundation,
        ...heavy,
        queue: "ledger-roots",
        timeoutSeconds: minutes(14),
        tellsAfter: Duration.hours(2),
        errorImpact: lateRoots,
      }),
      "ledger-exports": new WorkQueue(this, "Exports", {
        ...foundation,
        ...heavy,
        queue: "ledger-exports",
        timeoutSeconds: minutes(14),
        tellsAfter: Duration.minutes(30),
        errorImpact: lateExports,
      }),
    };
    this.queues = {
      "ledger-seals": work["ledger-seals"].queue,
      "ledger-audits": work["ledger-audits"].queue,
      "ledger-roots": work["ledger-roots"].queue,
      "ledger-exports": work["ledger-exports"].queue,
    };
    new JobSchedules(this, "Schedules", {
      ...foundation,
      group: `${prefixOf(deployment)}-ledger`,
      work,
      errorImpacts,
    });
    new StreamConsumer(this, "JournalStream", {
      ...foundation,
      table: "journal",
      queues: { ...queues, ...this.queues },
      memory: 1769,
      timeoutSeconds: 30,
      // Each entry is a partition of its own: there is no order to keep between them, and a rush must be caught up with.
      // Larger batches write the item of their minute less often; docs/performance says what ten in parallel did.
      parallel: 2,
      windowSeconds: 1,
      errorImpact: lateLines,
    });
    new LedgerWatch(this, "Watch", { ...foundation, sealer: work["ledger-seals"].worker });
  }
}
