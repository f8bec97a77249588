import { type App, Tags, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks, type NagPack, NIST80053R5Checks } from "cdk-nag";
import type { Construct } from "constructs";
import { type Deployment, prefixOf } from "./deployment.ts";
import { ApprovalsApi } from "./stacks/api/approvals.ts";
import { AuditApi } from "./stacks/api/audit.ts";
import { LedgerApi } from "./stacks/api/ledger.ts";
import { MerchantsApi } from "./stacks/api/merchants.ts";
import { NoticesApi } from "./stacks/api/notices.ts";
import { PaymentsApi } from "./stacks/api/payments.ts";
import { PeopleApi } from "./stacks/api/people.ts";
import { PoliciesApi } from "./stacks/api/policies.ts";
import { RegistrationApi } from "./stacks/api/registration.ts";
import { ServiceApi } from "./stacks/api/service.ts";
import { UploadsApi } from "./stacks/api/uploads.ts";
import { WebhooksApi } from "./stacks/api/webhooks.ts";
import { DataStack } from "./stacks/data.ts";
import { DeliveryJobsStack } from "./stacks/deliveryJobs.ts";
import { EdgeStack } from "./stacks/edge.ts";
import { JobsStack } from "./stacks/jobs.ts";
import { LedgerJobsStack } from "./stacks/ledgerJobs.ts";
import { ObservabilityStack } from "./stacks/observability.ts";
import { SettlementJobsStack } from "./stacks/settlementJobs.ts";

/** Every stack of one deployment. */
export function addService(scope: Construct, deployment: Deployment): void {
  const named = (stack: string) => `${prefixOf(deployment)}-${stack}`;
  const data = new DataStack(scope, named("data"), deployment);
  const { api } = new EdgeStack(scope, named("edge"), { deployment, data });
  const { alarms } = new ObservabilityStack(scope, named("observability"), { deployment, data, api });
  const foundation = { deployment, data, alarms };
  const delivery = new DeliveryJobsStack(scope, named("delivery-jobs"), foundation);
  const jobs = new JobsStack(scope, named("jobs"), { ...foundation, queues: delivery.queues });
  const ledger = new LedgerJobsStack(scope, named("ledger-jobs"), { ...foundation, queues: jobs.queues });
  const settlement = new SettlementJobsStack(scope, named("settlement-jobs"), foundation);
  const queues = { ...delivery.queues, ...jobs.queues, ...ledger.queues, ...settlement.queues };
  for (const Context of [
    PeopleApi,
    RegistrationApi,
    LedgerApi,
    ApprovalsApi,
    AuditApi,
    PoliciesApi,
    PaymentsApi,
    UploadsApi,
    MerchantsApi,
    NoticesApi,
    WebhooksApi,
    ServiceApi,
  ])
    new Context(scope, { ...foundation, api, queues });
  Tags.of(scope).add("service", "leyun");
  Tags.of(scope).add("stage", deployment.stage);
}

/** The rules the stacks are held to: AWS Solutions and NIST 800-53 revision 5. */
export const rulePacks = (): NagPack[] => [new AwsSolutionsChecks(), new NIST80053R5Checks()];

/** Lets synthesis fail on a finding that nobody acknowledged with a reason. */
export const holdToRules = (app: App): void => Validations.of(app).addPlugins(...rulePacks());
