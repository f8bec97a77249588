import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, type Environment, Stage } from "aws-cdk-lib";
import { addService } from "#infra/service.ts";
import { type StageName, stages } from "#infra/stages.ts";

/** A resource of a template. */
export interface Resource {
  stack: string;
  id: string;
  type: string;
  properties: Readonly<Record<string, unknown>>;
  deletionPolicy: string | undefined;
}

export interface Synthesis {
  app: App;
  stacks: string[];
  resources: Resource[];
  /** Every template as one text. */
  text: string;
  /** The resources of a CloudFormation type. */
  of(type: string): Resource[];
}

interface Template {
  Resources: Record<string, { Type: string; Properties?: Record<string, unknown>; DeletionPolicy?: string }>;
}

/** The code itself is no matter of the templates: a file stands in for the bundle. */
function codeStandIn() {
  const directory = mkdtempSync(join(tmpdir(), "leyun-asset-"));
  writeFileSync(join(directory, "index.mjs"), "");
  return { directory, hash: "0".repeat(64) };
}

const made = new Map<string, Synthesis>();

/** The templates of a stage, for no region in particular or for one; made once. */
export function synthesise(stage: StageName, env?: Environment): Synthesis {
  const name = `${stage} ${env?.region ?? "anywhere"}`;
  const synthesis = made.get(name) ?? make(stage, env);
  made.set(name, synthesis);
  return synthesis;
}

function make(stage: StageName, env: Environment | undefined): Synthesis {
  const { context } = JSON.parse(readFileSync("cdk.json", "utf8")) as { context: Record<string, unknown> };
  const app = new App({ context, outdir: mkdtempSync(join(tmpdir(), "leyun-cdk-")) });
  const scope = env ? new Stage(app, "placed", { env }) : app;
  addService(scope, {
    stage,
    settings: stages[stage],
    asset: codeStandIn(),
    alarmEmail: "alarms@example.org",
    webOrigins: ["https://leyun.example.cn"],
  });
  const stacks = app.synth().stacksRecursively;
  const resources = stacks.flatMap(({ stackName, template }) =>
    Object.entries((template as Template).Resources).map(([id, { Type, Properties, DeletionPolicy }]) => ({
      stack: stackName,
      id,
      type: Type,
      properties: Properties ?? {},
      deletionPolicy: DeletionPolicy,
    })),
  );
  return {
    app,
    stacks: stacks.map(({ stackName }) => stackName),
    resources,
    text: JSON.stringify(stacks.map(({ template }) => template as Template)),
    of: (type) => resources.filter((resource) => resource.type === type),
  };
}

/** What a property holds, at a path into its value. */
export const inside = (value: unknown, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>((at, name) => (at as Record<string | number, unknown> | undefined)?.[name], value);

/** The logical id to which a property refers inside its own template, by Ref or GetAtt. */
export const idOf = (reference: unknown): unknown =>
  inside(reference, "Ref") ?? inside(reference, "Fn::GetAtt", 0);

export interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

export const listOf = <T>(one: T | readonly T[]): T[] => [one].flat() as T[];

/** What the policies of this template's role allow, by the role's logical id. */
export function statementsOf(synthesis: Synthesis, { stack, id }: Resource): Statement[] {
  return synthesis
    .of("AWS::IAM::ManagedPolicy")
    .filter((policy) => policy.stack === stack && idOf(inside(policy.properties, "Roles", 0)) === id)
    .flatMap((policy) => inside(policy.properties, "PolicyDocument", "Statement") as Statement[]);
}

/** The function of a Lambda entry. */
export function functionOf(synthesis: Synthesis, lambda: string): Resource {
  const handler = `functions/${lambda}.handler`;
  const found = synthesis
    .of("AWS::Lambda::Function")
    .find(({ properties }) => properties["Handler"] === handler);
  if (!found) throw new Error(`no function has the handler ${handler}`);
  return found;
}

/** A resource that one of the same stack refers to. */
export function referred(synthesis: Synthesis, from: Resource, reference: unknown): Resource {
  const id = idOf(reference);
  const found = synthesis.resources.find((resource) => resource.stack === from.stack && resource.id === id);
  if (!found)
    throw new Error(`${from.id} refers to ${JSON.stringify(reference)}, which its stack does not have`);
  return found;
}
