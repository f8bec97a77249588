import { Duration, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { JobSchedules } from "../constructs/jobSchedules.ts";
import type { Queues } from "../constructs/publishing.ts";
import type { Foundation } from "../constructs/serviceFunction.ts";
import { WorkQueue } from "../constructs/workQueue.ts";
import { prefixOf } from "../deployment.ts";

const latePayments =
  "payers, whose registration or card is not confirmed though they paid, and who wait for refunds";

const lateBills = "finance: what the provider paid out is not booked, and nothing is settled on it";

const errorImpacts = { settlePayments: latePayments, importBills: lateBills } as const;

/** What happens to money from outside without anybody asking. */
export class SettlementJobsStack extends Stack {
  readonly queues: Pick<Queues, "payments" | "provider-bills">;

  constructor(scope: Construct, id: string, foundation: Foundation) {
    const { deployment } = foundation;
    super(scope, id, {
      description: `Leyun ${deployment.stage}: schedules and queues of payments`,
      terminationProtection: deployment.settings.keepsData,
    });
    const work = {
      payments: new WorkQueue(this, "Payments", {
        ...foundation,
        memory: 1769,
        concurrency: 5,
        queue: "payments",
        timeoutSeconds: 300,
        tellsAfter: Duration.minutes(10),
        errorImpact: latePayments,
      }),
      "provider-bills": new WorkQueue(this, "Bills", {
        ...foundation,
        memory: 1769,
        concurrency: 2,
        queue: "provider-bills",
        timeoutSeconds: 840,
        tellsAfter: Duration.hours(3),
        errorImpact: lateBills,
      }),
    };
    this.queues = {
      payments: work.payments.queue,
      "provider-bills": work["provider-bills"].queue,
    };
    new JobSchedules(this, "Schedules", {
      ...foundation,
      group: `${prefixOf(deployment)}-settlement`,
      work,
      errorImpacts,
    });
  }
}
