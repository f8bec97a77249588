import { App, Stack, Validations } from "aws-cdk-lib";
import { Topic } from "aws-cdk-lib/aws-sns";
import { expect, test } from "vitest";
import { rulePacks } from "#infra/service.ts";
import { type Synthesis, synthesise } from "../synthesis.ts";

/** A region of AWS China; the account is nobody's. */
const china = { account: "111122223333", region: "cn-north-1" };
const deployments: [string, Synthesis][] = [
  ["dev", synthesise("dev")],
  ["staging", synthesise("staging")],
  ["prod", synthesise("prod")],
  ["prod in AWS China", synthesise("prod", china)],
];

const findings = (scope: App) =>
  rulePacks().flatMap((pack) =>
    pack
      .validateScope(scope)
      .violations.map(({ ruleName, violatingResources }) => [
        ruleName,
        violatingResources.map(({ constructPath }) => constructPath),
      ]),
  );

function acknowledgements({ app }: Synthesis): { path: string; rule: string; reason: string }[] {
  const of = Validations.ACKNOWLEDGED_RULES_METADATA_KEY;
  return app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === of)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([rule, reason]) => ({ path: node.path, rule, reason })),
  );
}

test.each(deployments)("%s has no finding of AWS Solutions or NIST 800-53 without a reason", (_, { app }) => {
  expect(findings(app)).toEqual([]);
});

test("a finding that nobody acknowledged is found", () => {
  const app = new App();
  new Topic(new Stack(app, "planted"), "Open");
  expect(findings(app).map(([rule]) => rule)).toEqual([
    "AwsSolutions-SNS3",
    "NIST.800.53.R5-SNSEncryptedKMS",
  ]);
});

test.each(deployments)("%s gives every acknowledgement a reason of its own weight", (_, synthesis) => {
  const given = acknowledgements(synthesis);
  expect(given.length).toBeGreaterThan(0);
  for (const { path, rule, reason } of given)
    expect(reason.split(/\s+/).length, `${path} ${rule}: ${reason}`).toBeGreaterThanOrEqual(12);
});

test.each(deployments)(
  "%s acknowledges on single resources, never on a stack",
  (_, { app, ...synthesis }) => {
    const paths = new Set(acknowledgements({ app, ...synthesis }).map(({ path }) => path));
    const stacks = app.node.findAll().filter(Stack.isStack);
    expect(stacks.filter(({ node }) => paths.has(node.path))).toEqual([]);
    expect(paths.has("")).toBe(false);
  },
);

test("the same template goes to AWS China: only where it is placed is written into it", () => {
  const [[, prod], [, placed]] = [deployments[2], deployments[3]] as [
    [string, Synthesis],
    [string, Synthesis],
  ];
  // The name of a function's version ends in a hash of its configuration, which knows the region here.
  const types = ({ resources }: Synthesis) =>
    resources.map(({ id, type }) => `${type} ${id.replace(/(CurrentVersion).*/, "$1")}`).toSorted();
  expect(types(placed)).toEqual(types(prod));
  expect(placed.text).not.toContain("arn:aws:");
});
