import { Aws, CfnOutput, CfnParameter, Stack } from "aws-cdk-lib";
import { CfnApi, CfnAuthorizer, CfnStage } from "aws-cdk-lib/aws-apigatewayv2";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { type Deployment, prefixOf, removalPolicyOf } from "../deployment.ts";
import type { DataStack } from "./data.ts";

/** What a stack with routes needs of the gateway. */
export interface Api {
  id: string;
  authorizerId: string;
}

/**
 * One line a request. Neither path nor query nor body nor address: a route's key says what was asked, and the
 * function's own line, found by the request's id, says how it ended.
 */
const accessLog = {
  time: "$context.requestTime",
  requestId: "$context.requestId",
  routeKey: "$context.routeKey",
  status: "$context.status",
  responseLength: "$context.responseLength",
  responseMs: "$context.responseLatency",
  integrationMs: "$context.integrationLatency",
  integrationStatus: "$context.integrationStatus",
  refusedBy: "$context.error.responseType",
};

/** The gateway: HTTP API, who may pass, how many, and the access log. Routes are in the stacks of their contexts. */
export class EdgeStack extends Stack {
  readonly api: Api;

  constructor(
    scope: Construct,
    id: string,
    { deployment, data }: { deployment: Deployment; data: DataStack },
  ) {
    super(scope, id, {
      description: `Leyun ${deployment.stage}: the gateway`,
      terminationProtection: deployment.settings.keepsData,
    });
    const issuer = new CfnParameter(this, "OidcIssuer", {
      description: "URL of the identity issuer, as in the iss claim of its tokens",
      allowedPattern: "https://[^\\s?#]+",
    });
    const audience = new CfnParameter(this, "OidcAudience", {
      description: "What the aud claim of a token for this service says",
      minLength: 1,
    });
    const api = new CfnApi(this, "Api", {
      name: prefixOf(deployment),
      description: `Leyun ${deployment.stage}`,
      protocolType: "HTTP",
    });
    const authorizer = new CfnAuthorizer(this, "Authorizer", {
      apiId: api.ref,
      name: "oidc",
      authorizerType: "JWT",
      identitySource: ["$request.header.Authorization"],
      jwtConfiguration: { issuer: issuer.valueAsString, audience: [audience.valueAsString] },
    });
    this.addStage(deployment, data, api);
    this.api = { id: api.ref, authorizerId: authorizer.ref };
    new CfnOutput(this, "Url", {
      description: "Where the API answers",
      value: `https://${api.ref}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`,
    });
  }

  private addStage(deployment: Deployment, data: DataStack, api: CfnApi): void {
    const { logDays, throttling } = deployment.settings;
    const log = new LogGroup(this, "AccessLog", {
      // The gateway writes to groups of this path without a resource policy of their own.
      logGroupName: `/aws/vendedlogs/leyun/${deployment.stage}/access`,
      retention: logDays,
      encryptionKey: data.dataKey,
      removalPolicy: removalPolicyOf(deployment),
    });
    new CfnStage(this, "Stage", {
      apiId: api.ref,
      stageName: "$default",
      autoDeploy: true,
      accessLogSettings: { destinationArn: log.logGroupArn, format: JSON.stringify(accessLog) },
      defaultRouteSettings: {
        detailedMetricsEnabled: true,
        throttlingRateLimit: throttling.rate,
        throttlingBurstLimit: throttling.burst,
      },
    });
  }
}
