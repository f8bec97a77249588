import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { HttpFunction } from "../../constructs/httpFunction.ts";
import type { Queues } from "../../constructs/publishing.ts";
import type { Foundation, FunctionSettings } from "../../constructs/serviceFunction.ts";
import { prefixOf } from "../../deployment.ts";
import type { Api } from "../edge.ts";

export interface ApiFoundation extends Foundation {
  api: Api;
  queues: Queues;
}

/** The functions and routes of one context. */
export class ContextApi extends Stack {
  private readonly context: string;
  private readonly foundation: ApiFoundation;

  constructor(scope: Construct, context: string, foundation: ApiFoundation) {
    const { deployment } = foundation;
    super(scope, `${prefixOf(deployment)}-api-${context}`, {
      description: `Leyun ${deployment.stage}: functions and routes of ${context}`,
      terminationProtection: deployment.settings.keepsData,
    });
    this.context = context;
    this.foundation = foundation;
  }

  /** Deploys `functions/<context>/<name>.ts` with every route that names it. */
  protected serve(
    name: string,
    settings: FunctionSettings & { environment?: Readonly<Record<string, string>> },
  ): void {
    new HttpFunction(this, name, { ...this.foundation, ...settings, lambda: `${this.context}/${name}` });
  }
}
