import { type App, Tags, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks, NIST80053R5Checks } from "cdk-nag";
import { type Deployment, prefixOf } from "./deployment.ts";
import { PeopleApi } from "./stacks/api/people.ts";
import { RegistrationApi } from "./stacks/api/registration.ts";
import { ServiceApi } from "./stacks/api/service.ts";
import { DataStack } from "./stacks/data.ts";
import { EdgeStack } from "./stacks/edge.ts";
import { JobsStack } from "./stacks/jobs.ts";
import { ObservabilityStack } from "./stacks/observability.ts";

/** Every stack of one deployment, checked against AWS Solutions and NIST 800-53 revision 5. */
export function addService(app: App, deployment: Deployment): void {
  const named = (stack: string) => `${prefixOf(deployment)}-${stack}`;
  const data = new DataStack(app, named("data"), deployment);
  const { api } = new EdgeStack(app, named("edge"), { deployment, data });
  const { alarms } = new ObservabilityStack(app, named("observability"), { deployment, data, api });
  const foundation = { deployment, data, alarms };
  new JobsStack(app, named("jobs"), foundation);
  for (const Context of [PeopleApi, RegistrationApi, ServiceApi]) new Context(app, { ...foundation, api });
  Tags.of(app).add("service", "leyun");
  Tags.of(app).add("stage", deployment.stage);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new NIST80053R5Checks(app));
}
