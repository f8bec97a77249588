import { Duration } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type CorsRule,
  HttpMethods,
  type IBucket,
  type LifecycleRule,
  ObjectLockRetention,
  ObjectOwnership,
} from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { BucketName } from "#shared/platform/env.ts";
import { acknowledge } from "../acknowledge.ts";
import { type BucketDefinition, buckets } from "../buckets.ts";
import { bucketNameOf, type Deployment, removalPolicyOf } from "../deployment.ts";

const definitions = Object.entries(buckets) as [BucketName, BucketDefinition][];
const day = Duration.days(1);
const replication = "NIST.800.53.R5-S3BucketReplicationEnabled";

/** The buckets of infra/buckets.ts, and one for the log of who asked for what is in them. */
export class ObjectBuckets extends Construct {
  constructor(scope: Construct, id: string, of: { deployment: Deployment; key: IKey }) {
    super(scope, id);
    const log = this.accessLog(of.deployment);
    for (const [name, definition] of definitions) this.bucket(name, definition, { ...of, log });
  }

  private bucket(
    name: BucketName,
    { uncopied, lockedDays, ...definition }: BucketDefinition,
    { deployment, key, log }: { deployment: Deployment; key: IKey; log: Bucket },
  ): void {
    const bucket = new Bucket(this, name, {
      ...closed(deployment),
      bucketName: bucketNameOf(deployment, name),
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      serverAccessLogsBucket: log as IBucket,
      serverAccessLogsPrefix: `${name}/`,
      lifecycleRules: lifecycleOf(definition),
      cors: definition.fromBrowsers ? browsersOf(deployment) : [],
      ...(lockedDays !== undefined && { objectLockDefaultRetention: retention(deployment, lockedDays) }),
    });
    acknowledge(bucket, replication, uncopied);
  }

  private accessLog(deployment: Deployment): Bucket {
    const bucket = new Bucket(this, "AccessLog", {
      ...closed(deployment),
      bucketName: bucketNameOf(deployment, "access-logs"),
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: lifecycleOf({ removedAfterDays: deployment.settings.logDays, oldVersionDays: 1 }),
    });
    const reasons = {
      [replication]:
        "The log of accesses serves to look into them here and is removed when its days are over; nothing else is made from it.",
      "NIST.800.53.R5-S3DefaultEncryptionKMS":
        "S3 delivers its access logs only into a bucket that is encrypted under keys of its own; they name roles, addresses and keys, and nothing that is in the objects.",
    };
    for (const [rule, reason] of Object.entries(reasons)) acknowledge(bucket, rule, reason);
    return bucket;
  }
}

const closed = (deployment: Deployment) =>
  ({
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    versioned: true,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    removalPolicy: removalPolicyOf(deployment),
  }) satisfies BucketProps;

/** Uploads that broke off go in a day, and everything when its time is over, old versions too. */
function lifecycleOf({
  removedAfterDays,
  oldVersionDays,
  backstop,
}: Pick<BucketDefinition, "removedAfterDays" | "oldVersionDays" | "backstop">): LifecycleRule[] {
  return [
    {
      abortIncompleteMultipartUploadAfter: day,
      ...(removedAfterDays !== undefined && { expiration: Duration.days(removedAfterDays) }),
      ...(oldVersionDays !== undefined && { noncurrentVersionExpiration: Duration.days(oldVersionDays) }),
    },
    // What is left of an object whose versions are all gone says only that it was deleted.
    ...(removedAfterDays === undefined && oldVersionDays !== undefined
      ? [{ expiredObjectDeleteMarker: true }]
      : []),
    ...(backstop ? [{ prefix: backstop.prefix, expiration: Duration.days(backstop.days) }] : []),
  ];
}

/**
 * Pages may put files as an address that was signed for them says, and nothing else; from no page while the deployment
 * names none.
 */
const browsersOf = ({ webOrigins = [] }: Deployment): CorsRule[] =>
  webOrigins.length === 0
    ? []
    : [
        {
          allowedOrigins: [...webOrigins],
          allowedMethods: [HttpMethods.PUT],
          allowedHeaders: ["content-type", "if-none-match", "x-amz-checksum-sha256"],
          maxAge: 3600,
        },
      ];

const retention = ({ settings }: Deployment, days: number): ObjectLockRetention =>
  settings.keepsData
    ? ObjectLockRetention.compliance(Duration.days(days))
    : ObjectLockRetention.governance(day);
