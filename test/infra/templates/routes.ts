import { expect, test } from "vitest";
import { noRoute } from "#infra/lambdas.ts";
import { routeKey } from "#shared/platform/route.ts";
import { routes as all, deployedRoutes as routes } from "#shared/routes.ts";
import { idOf, inside, type Resource, referred, synthesise } from "../synthesis.ts";

const synthesis = synthesise("dev");
const declared = synthesis.of("AWS::ApiGatewayV2::Route");
const named = (key: string) => declared.filter(({ properties }) => properties["RouteKey"] === key);

/** The Lambda entry behind a gateway route: route, integration, alias, function. */
function lambdaBehind(route: Resource): string {
  const integration = referred(synthesis, route, inside(route.properties, "Target", "Fn::Join", 1, 1));
  const alias = referred(synthesis, integration, integration.properties["IntegrationUri"]);
  expect(alias.properties["Name"]).toBe("live");
  const served = referred(synthesis, alias, alias.properties["FunctionName"]);
  return String(served.properties["Handler"]).replace(/^functions\/|\.handler$/g, "");
}

test.each(routes.map((route) => [routeKey(route), route] as const))(
  "%s is one route of the gateway, served by the function that its contract names",
  (key, { lambda }) => {
    const found = named(key);
    expect(found).toHaveLength(1);
    expect(found.map(lambdaBehind)).toEqual([lambda]);
  },
);

test.each(routes.map((route) => [routeKey(route), route] as const))(
  "%s asks for a token unless its contract is public",
  (key, { access }) => {
    const [found] = named(key);
    const { AuthorizationType, AuthorizerId } = found?.properties ?? {};
    if (access === "public") expect([AuthorizationType, AuthorizerId]).toEqual(["NONE", undefined]);
    else expect([AuthorizationType, typeof AuthorizerId]).toEqual(["JWT", "object"]);
  },
);

test("has no route besides those of the contracts and the one for everything else", () => {
  const keys = declared.map(({ properties }) => properties["RouteKey"]).toSorted();
  expect(keys).toEqual([...routes.map(routeKey), "$default"].toSorted());
});

test("answers what no route takes with the function that may read nothing", () => {
  expect(named("$default").map(lambdaBehind)).toEqual([noRoute]);
});

test("offers nothing that belongs to one machine only", () => {
  const local = all.filter(({ localOnly }) => localOnly);
  expect(local.map(({ path }) => path)).toEqual(["/v1/payments/{paymentId}/sandbox-pay"]);
  for (const route of local) expect(named(routeKey(route))).toEqual([]);
  expect(synthesis.text).not.toContain("/local/");
});

test("lets only this gateway call a function that serves routes", () => {
  const permissions = synthesis.of("AWS::Lambda::Permission");
  expect(permissions).toHaveLength(synthesis.of("AWS::ApiGatewayV2::Integration").length);
  for (const { properties } of permissions) {
    expect(properties["Principal"]).toBe("apigateway.amazonaws.com");
    expect(JSON.stringify(properties["SourceArn"])).toContain("Api");
  }
});

test("trusts tokens of the issuer and audience that the deployment is told", () => {
  const [authorizer] = synthesis.of("AWS::ApiGatewayV2::Authorizer");
  expect(authorizer?.properties).toMatchObject({
    AuthorizerType: "JWT",
    IdentitySource: ["$request.header.Authorization"],
    JwtConfiguration: { Issuer: { Ref: "OidcIssuer" }, Audience: [{ Ref: "OidcAudience" }] },
  });
});

test("writes an access log that repeats nothing of what a caller sent", () => {
  const [stage] = synthesis.of("AWS::ApiGatewayV2::Stage");
  const format = String(inside(stage?.properties, "AccessLogSettings", "Format"));
  expect(format).toContain("$context.requestId");
  expect(format).not.toMatch(/sourceIp|userAgent|queryString|\$context\.path|authorizer|identity/);
  expect(idOf(inside(stage?.properties, "AccessLogSettings", "DestinationArn"))).toMatch(/^AccessLog/);
});

test("throttles every route", () => {
  const [stage] = synthesis.of("AWS::ApiGatewayV2::Stage");
  expect(inside(stage?.properties, "DefaultRouteSettings")).toMatchObject({
    ThrottlingRateLimit: 100,
    ThrottlingBurstLimit: 200,
  });
});
