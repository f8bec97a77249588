import { expect, test } from "vitest";
import { lambdas } from "#infra/lambdas.ts";
import { permissions, permissionsOf } from "#infra/permissions.ts";
import {
  functionOf,
  inside,
  listOf,
  referred,
  type Statement,
  statementsOf,
  synthesise,
} from "../synthesis.ts";

const synthesis = synthesise("prod");
const all = synthesis.of("AWS::IAM::Role").flatMap((role) => statementsOf(synthesis, role));

function granted(lambda: string): Statement[] {
  const owner = functionOf(synthesis, lambda);
  return statementsOf(synthesis, referred(synthesis, owner, owner.properties["Role"]));
}

/** Actions on a table or one of its indexes, as infra/permissions.ts writes them. */
function actionsOn(table: string, statements: readonly Statement[]): string[] {
  const logicalId = `Table${table.replace("-", "")}`;
  return statements.flatMap(({ Action, Resource }) =>
    listOf(Resource).flatMap((one) => {
      const resource = JSON.stringify(one);
      if (!new RegExp(`${logicalId}[0-9A-F]{8}Arn`).test(resource)) return [];
      const index = /\/index\/(\w+)/.exec(resource)?.[1];
      return listOf(Action).map((action) => `${action.replace("dynamodb:", "")}${index ? `:${index}` : ""}`);
    }),
  );
}

const opens = (key: "DataKey" | "MasterKey", statements: readonly Statement[]) =>
  statements.filter(({ Resource }) => JSON.stringify(Resource).includes(key));

test("permissions are told of every function and of no other", () => {
  expect(Object.keys(permissions).toSorted()).toEqual([...lambdas].toSorted());
});

test.each(lambdas)("%s may do on each table what it is told and nothing else", (lambda) => {
  const { tables } = permissionsOf(lambda);
  const names = ["people", "person-keys", "registration", "operations"] as const;
  const statements = granted(lambda);
  const stands = names.map((table) => [table, actionsOn(table, statements).toSorted()]);
  expect(stands).toEqual(names.map((table) => [table, [...(tables[table] ?? [])].toSorted()]));
});

test.each(lambdas)("%s reaches only the partition keys it is confined to", (lambda) => {
  const { keys = {} } = permissionsOf(lambda);
  const confined = granted(lambda).flatMap(({ Condition }) =>
    listOf(inside(Condition, "ForAllValues:StringLike", "dynamodb:LeadingKeys") ?? []),
  );
  expect(confined).toEqual(Object.values(keys).flat());
});

test.each(lambdas)("%s opens secrets of its own purposes only", (lambda) => {
  const { secrets } = permissionsOf(lambda);
  const statements = opens("MasterKey", granted(lambda));
  const allowed = { Action: ["kms:Decrypt", "kms:GenerateDataKey"], Effect: "Allow" };
  const Condition = { StringLike: { "kms:EncryptionContext:purpose": secrets } };
  expect(statements).toEqual(secrets.length > 0 ? [expect.objectContaining({ ...allowed, Condition })] : []);
});

test("only the citizens' own function opens identities and persons", () => {
  const others = lambdas.filter((lambda) => lambda !== "people/citizen");
  expect(others.flatMap((lambda) => [...permissionsOf(lambda).secrets])).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/identity|persons|\*/)]),
  );
  const keyTable = others.filter((lambda) => permissionsOf(lambda).tables["person-keys"]);
  expect(keyTable).toEqual([]);
});

test("nobody uses the key of data at rest past the service that stores the data", () => {
  const statements = opens("DataKey", all);
  expect(statements.length).toBeGreaterThan(0);
  for (const { Condition } of statements)
    expect(JSON.stringify(inside(Condition, "StringEquals", "kms:ViaService"))).toMatch(/"(dynamodb|sqs)\./);
});

test("no action has a wildcard", () => {
  expect(all.flatMap(({ Action }) => listOf(Action)).filter((action) => action.includes("*"))).toEqual([]);
});

test("no resource is everything, and only the list of a table's streams has a wildcard", () => {
  const wide = all.filter(({ Resource }) => JSON.stringify(Resource).includes("*"));
  expect(wide.map(({ Action }) => Action)).toEqual(["dynamodb:ListStreams"]);
  expect(JSON.stringify(wide[0]?.Resource)).toContain("table/leyun-prod-people/stream/*");
});

test("nobody may scan, and nobody may read with PartiQL", () => {
  expect(JSON.stringify(all)).not.toMatch(/dynamodb:(Scan|PartiQL|\*)/);
});

test("every function has a role of its own, without policies written into it or published by AWS", () => {
  const roles = lambdas.map((lambda) => {
    const owner = functionOf(synthesis, lambda);
    const role = referred(synthesis, owner, owner.properties["Role"]);
    expect(role.properties).not.toHaveProperty("Policies");
    expect(role.properties).not.toHaveProperty("ManagedPolicyArns");
    return `${role.stack}/${role.id}`;
  });
  expect(new Set(roles).size).toBe(lambdas.length);
});
