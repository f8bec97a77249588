import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { alarmKinds } from "#infra/constructs/alarm.ts";
import { lambdas } from "#infra/lambdas.ts";
import { permissionsOf } from "#infra/permissions.ts";
import { functionOf, inside, referred, synthesise } from "../synthesis.ts";

const synthesis = synthesise("prod");
const alarms = synthesis.of("AWS::CloudWatch::Alarm");
const runbook = readFileSync("docs/runbooks/alarms.md", "utf8");

test("deploys every Lambda entry once", () => {
  const handlers = synthesis.of("AWS::Lambda::Function").map(({ properties }) => properties["Handler"]);
  expect(handlers.toSorted()).toEqual(lambdas.map((lambda) => `functions/${lambda}.handler`).toSorted());
});

test.each(lambdas)("%s runs on Node 24 on arm64 and writes to a log group of its own", (lambda) => {
  const deployed = functionOf(synthesis, lambda);
  expect(deployed.properties).toMatchObject({ Runtime: "nodejs24.x", Architectures: ["arm64"] });
  const group = referred(synthesis, deployed, inside(deployed.properties, "LoggingConfig", "LogGroup"));
  expect(group.properties).toMatchObject({ LogGroupName: `/leyun/prod/${lambda}`, RetentionInDays: 365 });
});

test.each(lambdas)("%s is told its stage, build, tables and master key", (lambda) => {
  const variables = inside(functionOf(synthesis, lambda).properties, "Environment", "Variables");
  expect(variables).toMatchObject({
    STAGE: "prod",
    BUILD_ID: "0".repeat(12),
    TABLE_PREFIX: "leyun-prod",
    IDENTITY_VERIFIER: "none",
    MASTER_KEY: expect.anything(),
  });
});

test("only who sends to a queue is told its address", () => {
  for (const lambda of lambdas) {
    const variables = inside(functionOf(synthesis, lambda).properties, "Environment", "Variables") as object;
    const told = Object.keys(variables).filter((name) => name.startsWith("QUEUE_"));
    const sends = permissionsOf(lambda).sends.map(
      (queue) => `QUEUE_${queue.toUpperCase().replaceAll("-", "_")}`,
    );
    expect(told).toEqual(sends);
  }
});

test("only a stage without real persons may invent verified identities, or say that it told somebody", () => {
  expect(synthesis.text).not.toContain('"sandbox"');
  for (const name of ["IDENTITY_VERIFIER", "NOTICE_CHANNELS"]) {
    expect(synthesise("dev").text).toContain(`"${name}":"sandbox"`);
    expect(synthesis.text).toContain(`"${name}":"none"`);
  }
});

test.each(lambdas)("%s has an alarm for crashes and one for refused environments", (lambda) => {
  const subject = lambda.replace("/", "-");
  const names = alarms.map(({ properties }) => properties["AlarmName"]);
  expect(names).toEqual(
    expect.arrayContaining([
      `leyun-prod-function-errors-${subject}`,
      `leyun-prod-function-throttled-${subject}`,
    ]),
  );
});

test("every alarm says whom the failure hurts, tells the people on call, and has its page of the runbook", () => {
  expect(alarms.length).toBeGreaterThan(lambdas.length);
  for (const { properties } of alarms) {
    const { AlarmDescription, AlarmActions, AlarmName } = properties;
    const [, impact = "", heading = ""] =
      /Hurts: (.+)\. Runbook: docs\/runbooks\/alarms\.md#([\w-]+)$/.exec(String(AlarmDescription)) ?? [];
    expect(impact.split(" ").length, String(AlarmName)).toBeGreaterThan(5);
    expect(runbook).toContain(`\n## ${heading}\n`);
    expect(AlarmActions).toHaveLength(1);
  }
});

test("the runbook has a page for every kind of alarm and for nothing else, in four parts", () => {
  const pages = runbook.split("\n## ").slice(1);
  expect(pages.map((page) => page.split("\n")[0])).toEqual([...alarmKinds]);
  for (const page of pages)
    expect([...page.matchAll(/^\*\*(.+?)\.\*\*/gm)].map(([, part]) => part)).toEqual([
      "Means",
      "Hurts",
      "Look at",
      "Do",
    ]);
});

test("every kind of alarm is used", () => {
  const names = alarms.map(({ properties }) => String(properties["AlarmName"]));
  const unused = alarmKinds.filter((kind) => !names.some((name) => name.startsWith(`leyun-prod-${kind}`)));
  expect(unused).toEqual([]);
});

test("no stack comes near CloudFormation's 500 resources", () => {
  const counts = Map.groupBy(synthesis.resources, ({ stack }) => stack);
  expect(counts.size).toBe(synthesis.stacks.length);
  for (const resources of counts.values()) expect(resources.length).toBeLessThan(450);
});

test("names no partition, account or region", () => {
  expect(synthesis.text).not.toMatch(/arn:aws:|arn:aws-cn:|amazonaws\.com\.cn|\b(?:cn|us|ap|eu)-[a-z]+-\d\b/);
});

test("uses nothing that AWS China does not have", () => {
  expect(synthesis.text).not.toMatch(/AWS::Cognito|AWS::Lambda::Url|AWS::WAFv2|TracingConfig|AsyncEvent/);
});

test("tags what it makes with the service and the stage", () => {
  for (const { properties } of synthesis.of("AWS::Lambda::Function"))
    expect(properties["Tags"]).toEqual([
      { Key: "service", Value: "leyun" },
      { Key: "stage", Value: "prod" },
    ]);
});
