import { expect, test } from "vitest";
import { buckets } from "#infra/buckets.ts";
import { lambdas } from "#infra/lambdas.ts";
import { permissions, permissionsOf } from "#infra/permissions.ts";
import { tables as allTables } from "#infra/tables.ts";
import type { BucketName, TableName } from "#shared/platform/env.ts";
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
  const names = Object.keys(allTables) as TableName[];
  const statements = granted(lambda);
  const stands = names.map((table) => [table, actionsOn(table, statements).toSorted()]);
  expect(stands).toEqual(names.map((table) => [table, [...(tables[table] ?? [])].toSorted()]));
});

test.each(lambdas)("%s reaches only the partition keys it is confined to", (lambda) => {
  const { keys = {} } = permissionsOf(lambda);
  const confined = granted(lambda).flatMap(({ Condition }) =>
    listOf(inside(Condition, "ForAllValues:StringLike", "dynamodb:LeadingKeys") ?? []),
  );
  expect(confined.toSorted()).toEqual(Object.values(keys).flat().toSorted());
});

/** Actions on a bucket's objects, as infra/permissions.ts writes them. */
const actionsIn = (bucket: BucketName, statements: readonly Statement[]): string[] =>
  statements
    .filter(({ Resource }) => JSON.stringify(Resource).includes(`leyun-prod-${bucket}-`))
    .flatMap(({ Action }) => listOf(Action).map((action) => action.replace("s3:", "")));

test.each(lambdas)(
  "%s may do with objects what it is told, and tell what is missing from what is not",
  (lambda) => {
    const { objects = {} } = permissionsOf(lambda);
    const names = Object.keys(buckets) as BucketName[];
    const stands = names.map((bucket) => [bucket, actionsIn(bucket, granted(lambda)).toSorted()]);
    const told = names.map((bucket) => {
      const actions: string[] = [...(objects[bucket] ?? [])];
      return [bucket, [...actions, ...(actions.includes("GetObject") ? ["ListBucket"] : [])].toSorted()];
    });
    expect(stands).toEqual(told);
  },
);

test.each(lambdas)("%s is told the buckets and the topic that it may use, and no other", (lambda) => {
  const { objects = {}, tells } = permissionsOf(lambda);
  const variables = inside(functionOf(synthesis, lambda).properties, "Environment", "Variables") as object;
  const names = Object.keys(objects).map((bucket) => `BUCKET_${bucket.toUpperCase()}`);
  const told = Object.keys(variables).filter((name) => /^(BUCKET|ALARMS)_/.test(name));
  const used = [...names, ...(tells ? ["ALARMS_TOPIC"] : [])];
  expect(told.toSorted()).toEqual(used.toSorted());
});

test.each(lambdas)("%s tells the people on call only if it is told to", (lambda) => {
  const telling = granted(lambda).filter(({ Action }) => listOf(Action).includes("sns:Publish"));
  expect(telling.map(({ Resource }) => JSON.stringify(Resource).includes("Alarms"))).toEqual(
    permissionsOf(lambda).tells ? [true] : [],
  );
});

test.each(lambdas)("%s opens secrets of its own purposes only", (lambda) => {
  const { secrets } = permissionsOf(lambda);
  const statements = opens("MasterKey", granted(lambda));
  const allowed = { Action: ["kms:Decrypt", "kms:GenerateDataKey"], Effect: "Allow" };
  const Condition = { StringLike: { "kms:EncryptionContext:purpose": secrets } };
  expect(statements).toEqual(secrets.length > 0 ? [expect.objectContaining({ ...allowed, Condition })] : []);
});

test("only citizens' own function and the desk open identities, and persons only they, who brings them notices, who keeps their answers and who bans", () => {
  const opening = (purpose: string) =>
    lambdas.filter((lambda) => permissionsOf(lambda).secrets.some((pattern) => pattern.startsWith(purpose)));
  expect(opening("identity").toSorted()).toEqual(["people/citizen", "registration/desk"]);
  expect(opening("persons").toSorted()).toEqual([
    "jobs/deliverNotices",
    "people/citizen",
    "registration/bureau",
    "registration/desk",
    "registration/signUp",
  ]);
  // Who bans somebody finds the document by which they would come back.
  expect(permissionsOf("registration/bureau").tables["person-keys"]).toEqual(["GetItem"]);
  expect(lambdas.flatMap((lambda) => [...permissionsOf(lambda).secrets])).not.toContain("*");
  const keyTable = lambdas.filter((lambda) => permissionsOf(lambda).tables["person-keys"]);
  expect(keyTable.toSorted()).toEqual(opening("persons").toSorted());
  // A notice is brought to a person as they stand; nobody but they change that.
  expect(permissionsOf("jobs/deliverNotices").tables["person-keys"]).toEqual(["GetItem"]);
  const signUp = permissionsOf("registration/signUp");
  expect(signUp.tables["person-keys"]).toEqual(["GetItem", "ConditionCheckItem"]);
  // A desk makes people and erases nobody.
  expect(permissionsOf("registration/desk").tables["person-keys"]).toEqual(["GetItem", "PutItem"]);
  expect(permissionsOf("registration/desk").tables.people).not.toContain("DeleteItem");
});

test("only who signs webhooks opens their secrets", () => {
  const opening = lambdas.filter((lambda) => permissionsOf(lambda).secrets.includes("webhooks"));
  expect(opening.toSorted()).toEqual(["jobs/deliverWebhooks", "webhooks/merchant"]);
});

test("only functions of payments open the credentials with a provider", () => {
  const opening = lambdas.filter((lambda) => permissionsOf(lambda).secrets.includes("provider-*"));
  expect(opening.toSorted()).toEqual([
    "jobs/importBills",
    "jobs/settlePayments",
    "payments/citizen",
    "payments/notifications",
  ]);
});

test("only who brings notices opens the credentials with those who send them, and no others", () => {
  const ofMessengers = (lambda: string) =>
    permissionsOf(lambda).secrets.filter((purpose) => purpose.startsWith("messenger-"));
  expect(lambdas.filter((lambda) => ofMessengers(lambda).length > 0)).toEqual(["jobs/deliverNotices"]);
  expect(ofMessengers("jobs/deliverNotices")).toEqual(["messenger-sms", "messenger-wechat"]);
  const { keys } = permissionsOf("jobs/deliverNotices");
  const places = keys?.operations?.filter((key) => key.startsWith("MESSENGER#"));
  expect(places).toEqual(["MESSENGER#sms", "MESSENGER#wechat"]);
});

test("nobody uses the key of data at rest past the service that stores the data", () => {
  const statements = opens("DataKey", all);
  expect(statements.length).toBeGreaterThan(0);
  for (const { Condition } of statements)
    expect(JSON.stringify(inside(Condition, "StringEquals", "kms:ViaService"))).toMatch(
      /"(dynamodb|sqs|s3|sns)\./,
    );
});

test("who only deletes objects cannot read what is encrypted in them", () => {
  const purge = granted("jobs/purgeUploads");
  expect(actionsIn("uploads", purge)).toEqual(["DeleteObject"]);
  const through = opens("DataKey", purge).map(({ Condition }) => JSON.stringify(Condition));
  expect(through.filter((condition) => condition.includes("s3."))).toEqual([]);
});

test("nobody may tag an object: the scanner's word stands", () => {
  expect(JSON.stringify(all)).not.toMatch(/s3:Put\w*Tagging|s3:DeleteObjectVersion/);
});

test("no action has a wildcard", () => {
  expect(all.flatMap(({ Action }) => listOf(Action)).filter((action) => action.includes("*"))).toEqual([]);
});

test("no resource is everything: only streams of a table and objects of a bucket have wildcards", () => {
  const wide = all.filter(({ Resource }) => JSON.stringify(Resource).includes("*"));
  const streams = /table\/leyun-prod-(people|journal)\/stream\/\*/;
  const objects = /:s3:::leyun-prod-(draws|evidence|exports|uploads)-.*\/\*/;
  for (const { Action, Resource } of wide)
    expect(JSON.stringify(Resource)).toMatch(
      listOf(Action)[0] === "dynamodb:ListStreams" ? streams : objects,
    );
  const services = wide.flatMap(({ Action }) => listOf(Action).map((action) => action.split(":")[0]));
  expect(new Set(services)).toEqual(new Set(["dynamodb", "s3"]));
});

test("only tables of the ledger may be scanned, nowhere that keys confine, and nobody may read with PartiQL", () => {
  expect(JSON.stringify(all)).not.toMatch(/dynamodb:(PartiQL|\*)/);
  const scans = lambdas.flatMap((lambda) => {
    const { tables, keys = {} } = permissionsOf(lambda);
    const scanned = Object.entries(tables).filter(([, actions]) => actions.includes("Scan" as never));
    return scanned.map(([table]) => ({ table, confined: Object.hasOwn(keys, table) }));
  });
  expect(scans.length).toBeGreaterThan(0);
  for (const { table, confined } of scans) {
    expect(["journal", "accounts", "books"]).toContain(table);
    expect(confined).toBe(false);
  }
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
