import { Aws, RemovalPolicy } from "aws-cdk-lib";
import type { BucketName } from "#shared/platform/env.ts";
import type { Bundle } from "./bundle.ts";
import type { StageName, StageSettings } from "./stages.ts";

/** One deployment of the service, as every stack of it is told. */
export interface Deployment {
  stage: StageName;
  settings: StageSettings;
  /** The code of every function. */
  asset: Pick<Bundle, "directory" | "hash">;
  /** Whom the alarms write to; where it is missing, somebody subscribes by hand. */
  alarmEmail?: string;
  /** Addresses of the pages that may put files from a browser, `https://host`; from no others. */
  webOrigins?: readonly string[];
}

/** What every named resource's name begins with. */
export const prefixOf = ({ stage }: Pick<Deployment, "stage">): string => `leyun-${stage}`;

/** The names of buckets are unique in all of AWS, so they name the account. */
export const bucketNameOf = (
  deployment: Pick<Deployment, "stage">,
  bucket: BucketName | "access-logs",
): string => `${prefixOf(deployment)}-${bucket}-${Aws.ACCOUNT_ID}`;

/** Which build answers, for `GET /health` and the log. */
export const buildOf = ({ asset }: Pick<Deployment, "asset">): string => asset.hash.slice(0, 12);

/** Removed with its stack, except where the stage keeps its data. */
export const removalPolicyOf = ({ settings }: Deployment): RemovalPolicy =>
  settings.keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

/**
 * Values of `kms:ViaService` for a service of this region. China's endpoints have a suffix of their own; nobody could
 * try here which of the two KMS compares with there, so both are named.
 */
export const viaService = (service: string): string[] => [
  `${service}.${Aws.REGION}.amazonaws.com`,
  `${service}.${Aws.REGION}.${Aws.URL_SUFFIX}`,
];
