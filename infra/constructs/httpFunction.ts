import { Stack } from "aws-cdk-lib";
import { CfnIntegration, CfnRoute } from "aws-cdk-lib/aws-apigatewayv2";
import { CfnPermission } from "aws-cdk-lib/aws-lambda";
import { FilterPattern, MetricFilter } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { messages } from "#shared/platform/messages.ts";
import { type Route, routeKey } from "#shared/platform/route.ts";
import { deployedRoutes } from "#shared/routes.ts";
import { acknowledge } from "../acknowledge.ts";
import { noRoute } from "../lambdas.ts";
import { metricsNamespace } from "../metrics.ts";
import type { Api } from "../stacks/edge.ts";
import { type Queues, queueVariables, sendingStatements } from "./publishing.ts";
import { type Foundation, type FunctionSettings, ServiceFunction } from "./serviceFunction.ts";

export interface HttpFunctionProps extends Foundation, FunctionSettings {
  api: Api;
  lambda: string;
  environment?: Readonly<Record<string, string>>;
  queues: Queues;
}

const failed = "request-failed" satisfies keyof typeof messages;

/** A function and every route of the contracts that it serves; `$default` for what no route takes. */
export class HttpFunction extends Construct {
  constructor(scope: Construct, id: string, props: HttpFunctionProps) {
    super(scope, id);
    const { api, lambda, deployment, queues, data } = props;
    const served = new ServiceFunction(this, "Serving", {
      ...props,
      environment: { ...props.environment, ...queueVariables(lambda, queues) },
      unreserved:
        "A reservation would also be a ceiling on how many people are served at once when a popular event opens; the gateway's throttle bounds the load and an alarm tells of refused environments.",
      withoutDeadLetters:
        "The gateway calls the function synchronously and hands its answer to the caller; only asynchronous calls reach a dead-letter queue, and nothing makes one.",
    });
    served.allow(...sendingStatements(lambda, queues, data.dataKey));
    const integration = new CfnIntegration(this, "Integration", {
      apiId: api.id,
      integrationType: "AWS_PROXY",
      integrationUri: served.live.functionArn,
      payloadFormatVersion: "2.0",
      description: lambda,
    });
    new CfnPermission(this, "Called", {
      action: "lambda:InvokeFunction",
      functionName: served.live.functionArn,
      principal: "apigateway.amazonaws.com",
      sourceArn: Stack.of(this).formatArn({ service: "execute-api", resource: api.id, resourceName: "*" }),
    });
    const target = `integrations/${integration.ref}`;
    for (const route of deployedRoutes) if (route.lambda === lambda) this.route(api, route, target);
    if (lambda === noRoute) this.fallback(api, target);
    for (const [metricName, status] of Object.entries({ UnexpectedError: 500, StoreUnavailable: 503 }))
      new MetricFilter(this, metricName, {
        logGroup: served.logGroup,
        filterPattern: FilterPattern.all(
          FilterPattern.stringValue("$.messageId", "=", failed),
          FilterPattern.numberValue("$.status", "=", status),
        ),
        metricNamespace: metricsNamespace(deployment),
        metricName,
        defaultValue: 0,
      });
  }

  private route(api: Api, route: Route, target: string): void {
    const open = route.access === "public";
    const declared = new CfnRoute(this, route.operationId, {
      apiId: api.id,
      routeKey: routeKey(route),
      operationName: route.operationId,
      target,
      ...(open
        ? { authorizationType: "NONE" }
        : { authorizationType: "JWT", authorizerId: api.authorizerId }),
    });
    if (open)
      acknowledge(
        declared,
        "AwsSolutions-APIG4",
        `The contract declares ${route.operationId} (${route.summary.en}) public: it answers the same to everybody and shows no personal data.`,
      );
  }

  private fallback(api: Api, target: string): void {
    const declared = new CfnRoute(this, "Default", {
      apiId: api.id,
      routeKey: "$default",
      target,
      authorizationType: "NONE",
    });
    acknowledge(
      declared,
      "AwsSolutions-APIG4",
      "What no route takes is answered 404 or 405 from the contracts alone; the function may read no table and no secret.",
    );
  }
}
