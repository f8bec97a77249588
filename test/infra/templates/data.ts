import { expect, test } from "vitest";
import { type BucketDefinition, buckets } from "#infra/buckets.ts";
import { originsOf } from "#infra/stages.ts";
import { type TableDefinition, tables } from "#infra/tables.ts";
import { tablesRecoveryDays } from "#shared/people/policy.ts";
import { uploads as policies } from "#shared/policies/definitions/uploads.ts";
import { incoming, kept } from "#shared/uploads/model.ts";
import { idOf, inside, synthesise } from "../synthesis.ts";

const prod = synthesise("prod");
const definitions: [string, TableDefinition][] = Object.entries(tables);
const tableOf = (name: string, { of } = prod) =>
  of("AWS::DynamoDB::Table").find(({ properties }) => String(properties["TableName"]).endsWith(`-${name}`));

const keySchema = (partitionKey: string, sortKey: string) => [
  { AttributeName: partitionKey, KeyType: "HASH" },
  { AttributeName: sortKey, KeyType: "RANGE" },
];

test("makes the tables of infra/tables.ts and no other", () => {
  const names = prod.of("AWS::DynamoDB::Table").map(({ properties }) => properties["TableName"]);
  expect(names.toSorted()).toEqual(definitions.map(([name]) => `leyun-prod-${name}`).toSorted());
});

test.each(definitions)("%s has its keys, indexes, stream and time to live", (name, definition) => {
  const { indexes, stream, timeToLive } = definition;
  const properties = tableOf(name)?.properties ?? {};
  const stands = ["KeySchema", "GlobalSecondaryIndexes", "StreamSpecification", "TimeToLiveSpecification"];
  expect(stands.map((property) => properties[property])).toEqual([
    keySchema("pk", "sk"),
    indexes.length === 0
      ? undefined
      : indexes.map((index) => ({
          IndexName: index.name,
          KeySchema: keySchema(index.partitionKey, index.sortKey),
          Projection: { ProjectionType: "ALL" },
        })),
    stream ? { StreamViewType: "NEW_AND_OLD_IMAGES" } : undefined,
    timeToLive === undefined ? undefined : { AttributeName: timeToLive, Enabled: true },
  ]);
});

test.each(definitions)("%s is encrypted under our own key and paid by use", (name) => {
  const properties = tableOf(name)?.properties ?? {};
  expect(properties["SSESpecification"]).toMatchObject({ SSEEnabled: true, SSEType: "KMS" });
  expect(idOf(inside(properties, "SSESpecification", "KMSMasterKeyId"))).toMatch(/^DataKey/);
  expect(properties["BillingMode"]).toBe("PAY_PER_REQUEST");
});

test.each(definitions)("%s can be brought back for as many days as it says", (name, { recoveryDays }) => {
  expect(tableOf(name)?.properties["PointInTimeRecoverySpecification"]).toEqual({
    PointInTimeRecoveryEnabled: true,
    RecoveryPeriodInDays: recoveryDays,
  });
});

test("tells an erased person the day from which no key can come back", () => {
  expect(tablesRecoveryDays.value).toBe(tables["person-keys"].recoveryDays);
});

test("keeps persons' keys out of every backup, and every other table in one", () => {
  const [selection] = prod.of("AWS::Backup::BackupSelection");
  const selected = inside(selection?.properties, "BackupSelection", "Resources") as unknown[];
  const others = prod
    .of("AWS::DynamoDB::Table")
    .filter(({ properties }) => properties["TableName"] !== "leyun-prod-person-keys");
  expect(selected.map(idOf).toSorted()).toEqual(others.map(({ id }) => id).toSorted());
});

test("keeps a backup no longer than the longest recovery, so that nothing outlives the day told", () => {
  const [plan] = prod.of("AWS::Backup::BackupPlan");
  const days = inside(plan?.properties, "BackupPlan", "BackupPlanRule", 0, "Lifecycle", "DeleteAfterDays");
  expect(days).toBe(Math.max(...definitions.map(([, { recoveryDays }]) => recoveryDays)));
});

test.each(["prod", "staging"] as const)("%s loses neither tables nor keys with its stack", (stage) => {
  const synthesis = stage === "prod" ? prod : synthesise(stage);
  const kept = ["DynamoDB::Table", "KMS::Key", "Backup::BackupVault", "Logs::LogGroup", "S3::Bucket"];
  for (const { deletionPolicy } of kept.flatMap((type) => synthesis.of(`AWS::${type}`)))
    expect(deletionPolicy).toBe("Retain");
  for (const { properties } of synthesis.of("AWS::DynamoDB::Table"))
    expect(properties["DeletionProtectionEnabled"]).toBe(true);
});

test("renews both keys every year", () => {
  const keys = prod.of("AWS::KMS::Key");
  expect(keys.map(({ properties }) => properties["EnableKeyRotation"])).toEqual([true, true]);
});

test("a stage with real persons keeps its logs for at least six months", () => {
  const groups = prod.of("AWS::Logs::LogGroup");
  expect(groups.length).toBeGreaterThan(0);
  for (const { properties } of groups) expect(properties["RetentionInDays"]).toBeGreaterThanOrEqual(184);
});

const bucketDefinitions: [string, BucketDefinition][] = Object.entries(buckets);
const bucketsOf = ({ of } = prod) => of("AWS::S3::Bucket");
const bucketOf = (name: string, synthesis = prod) =>
  bucketsOf(synthesis).find(({ properties }) =>
    JSON.stringify(properties["BucketName"]).includes(`-${name}-`),
  );

test("makes the buckets of infra/buckets.ts, one for their access log, and no other", () => {
  const names = bucketsOf().map(({ properties }) => inside(properties["BucketName"], "Fn::Join", 1));
  const account = { Ref: "AWS::AccountId" };
  expect(new Set(names)).toEqual(
    new Set(["access-logs", ...Object.keys(buckets)].map((name) => [`leyun-prod-${name}-`, account])),
  );
});

test("no bucket is open to anybody, takes anything but TLS, or loses what is overwritten", () => {
  for (const { id, properties } of bucketsOf()) {
    expect(properties["PublicAccessBlockConfiguration"]).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(properties["VersioningConfiguration"]).toEqual({ Status: "Enabled" });
    const policy = prod.of("AWS::S3::BucketPolicy").find((found) => idOf(found.properties["Bucket"]) === id)
      ?.properties["PolicyDocument"];
    expect(inside(policy, "Statement", 0)).toMatchObject({
      Effect: "Deny",
      Action: "s3:*",
      Principal: { AWS: "*" },
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
  }
});

test.each(bucketDefinitions)("%s is encrypted under our own key, and its accesses are logged", (name) => {
  const properties = bucketOf(name)?.properties;
  const encryption = inside(properties, "BucketEncryption", "ServerSideEncryptionConfiguration", 0);
  expect(inside(encryption, "ServerSideEncryptionByDefault", "SSEAlgorithm")).toBe("aws:kms");
  expect(idOf(inside(encryption, "ServerSideEncryptionByDefault", "KMSMasterKeyID"))).toMatch(/^DataKey/);
  expect(idOf(inside(properties, "LoggingConfiguration", "DestinationBucketName"))).toBe(
    bucketOf("access-logs")?.id,
  );
});

test.each(bucketDefinitions)("%s keeps its objects for as long as it says", (name, definition) => {
  const { lockedDays: Days, removedAfterDays } = definition;
  const rule = (stage: "dev" | "staging" | "prod") =>
    inside(bucketOf(name, synthesise(stage))?.properties, "ObjectLockConfiguration", "Rule");
  const locked = { DefaultRetention: { Mode: "COMPLIANCE", Days } };
  expect([rule("prod"), rule("staging")]).toEqual(
    Days === undefined ? [undefined, undefined] : [locked, locked],
  );
  expect(rule("dev")).toEqual(
    Days === undefined ? undefined : { DefaultRetention: { Mode: "GOVERNANCE", Days: 1 } },
  );
  const removal = inside(
    bucketOf(name)?.properties,
    "LifecycleConfiguration",
    "Rules",
    0,
    "ExpirationInDays",
  );
  expect(removal).toBe(removedAfterDays);
});

/** The lifecycle rules of a bucket, as they are in the template. */
const rulesOf = (name: string) =>
  inside(bucketOf(name)?.properties, "LifecycleConfiguration", "Rules") as Record<string, unknown>[];

test.each(bucketDefinitions)(
  "%s forgets what was deleted when it says, and what only marks it",
  (name, of) => {
    const [all] = rulesOf(name);
    expect(inside(all, "NoncurrentVersionExpiration", "NoncurrentDays")).toBe(of.oldVersionDays);
    expect(all?.["AbortIncompleteMultipartUpload"]).toEqual({ DaysAfterInitiation: 1 });
    const marks = rulesOf(name).filter((rule) => rule["ExpiredObjectDeleteMarker"] === true);
    // Where everything is removed after so many days, S3 removes the marks too.
    expect(marks).toHaveLength(of.oldVersionDays !== undefined && of.removedAfterDays === undefined ? 1 : 0);
  },
);

test("files that were put and taken up by nobody go by themselves, and no file that is kept does", () => {
  const removing = rulesOf("uploads").filter((rule) => rule["ExpirationInDays"] !== undefined);
  expect(removing).toEqual([{ ExpirationInDays: 2, Prefix: "incoming/", Status: "Enabled" }]);
  expect(incoming("upl_1").startsWith("incoming/")).toBe(true);
  expect(kept("upl_1").startsWith("incoming/")).toBe(false);
  // The jobs have ended with it long before.
  const { unusedHours = 0, scanHours = 0 } = policies.times.defaults[0]?.value ?? {};
  expect(Math.max(unusedHours, scanHours)).toBeLessThan(2 * 24);
});

test("pages of the deployment's addresses may put into the bucket of uploads, with the headers that are signed", () => {
  const rules = bucketsOf().map(({ properties }) => inside(properties, "CorsConfiguration", "CorsRules"));
  expect(rules.filter((rule) => rule !== undefined)).toEqual([
    [
      {
        AllowedHeaders: ["content-type", "if-none-match", "x-amz-checksum-sha256"],
        AllowedMethods: ["PUT"],
        AllowedOrigins: ["https://leyun.example.cn"],
        MaxAge: 3600,
      },
    ],
  ]);
  expect(bucketOf("uploads")?.properties).toHaveProperty("CorsConfiguration");
});

test("addresses of pages are origins, over TLS unless they are of this machine", () => {
  expect(originsOf("https://a.cn, http://localhost:5173")).toEqual(["https://a.cn", "http://localhost:5173"]);
  for (const wrong of [
    "*",
    "http://a.cn",
    "https://a.cn/",
    "https://a.cn/x",
    "https://*.a.cn/",
    "",
    "http://localhost.a.cn",
  ])
    expect(() => originsOf(wrong), wrong).toThrow("no origin");
});

test("evidence of the ledger is locked for thirty years, whichever they are", () => {
  const years = Array.from({ length: 400 }, (_, at) => Date.UTC(2000 + at + 30, 0) - Date.UTC(2000 + at, 0));
  expect(buckets.evidence.lockedDays).toBe(Math.max(...years) / 86_400_000);
});

test("encrypts logs, queues and the alarms' topic under our own key", () => {
  const keyed = [
    ["AWS::Logs::LogGroup", "KmsKeyId"],
    ["AWS::SQS::Queue", "KmsMasterKeyId"],
    ["AWS::SNS::Topic", "KmsMasterKeyId"],
  ] as const;
  for (const [type, property] of keyed) {
    const found = prod.of(type);
    expect(found.length).toBeGreaterThan(0);
    for (const { properties } of found) expect(JSON.stringify(properties[property])).toContain("DataKey");
  }
});
