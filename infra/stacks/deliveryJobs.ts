import { Duration, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { JobSchedules } from "../constructs/jobSchedules.ts";
import type { Queues } from "../constructs/publishing.ts";
import type { Foundation } from "../constructs/serviceFunction.ts";
import { WorkQueue } from "../constructs/workQueue.ts";
import { prefixOf } from "../deployment.ts";

const lateNotices =
  "everybody who is told something: offers may lapse unseen, and silence counts for nothing until a message arrives";

const lateWebhooks =
  "merchants' own systems, which learn late of approvals, freezes and what is redeemed; nothing is lost";

const errorImpacts = { deliverNotices: lateNotices, deliverWebhooks: lateWebhooks } as const;

/** A message to a provider or to a merchant's system waits for its answer, and needs no more than a share of a CPU. */
const waiting = {
  memory: 1024,
  timeoutSeconds: 50,
  concurrency: 5,
  tellsAfter: Duration.minutes(5),
} as const;

/** What is delivered to the outside: notices to people, and webhooks to merchants' systems. */
export class DeliveryJobsStack extends Stack {
  readonly queues: Pick<Queues, "notices" | "webhooks">;

  constructor(scope: Construct, id: string, foundation: Foundation) {
    const { deployment } = foundation;
    super(scope, id, {
      description: `Leyun ${deployment.stage}: deliveries of notices and webhooks`,
      terminationProtection: deployment.settings.keepsData,
    });
    const work = {
      notices: new WorkQueue(this, "Notices", {
        ...foundation,
        ...waiting,
        queue: "notices",
        environment: {
          NOTICE_CHANNELS: deployment.settings.noticeChannels,
          NOTICE_TEMPLATES: JSON.stringify(deployment.settings.noticeTemplates),
        },
        errorImpact: lateNotices,
      }),
      webhooks: new WorkQueue(this, "Webhooks", {
        ...foundation,
        ...waiting,
        queue: "webhooks",
        errorImpact: lateWebhooks,
      }),
    };
    this.queues = { notices: work.notices.queue, webhooks: work.webhooks.queue };
    new JobSchedules(this, "Schedules", {
      ...foundation,
      group: `${prefixOf(deployment)}-delivery`,
      work,
      errorImpacts,
    });
  }
}
