import * as z from "zod";

const providersTemplates = z.record(z.string(), z.record(z.string(), z.string()));

/** What a deployment may say of its channels. */
export const noticeChannels = ["none", "sandbox", "sms", "wechat", "wechat,sms"] as const;

/** What a function must be told by its environment. */
const Environment = z.object({
  /** `local` and `test` exist on one machine only; the others are deployment stages. */
  STAGE: z.string().default("test"),
  /** Which build answers; shown by `GET /health`. */
  BUILD_ID: z.string().default("unbuilt"),
  /** Tables are called `<TABLE_PREFIX>-<table>`. */
  TABLE_PREFIX: z.string().default("leyun-test"),
  /** Id or ARN of the KMS key under which the service's secrets are wrapped. */
  MASTER_KEY: z.string().default("alias/leyun"),
  /** Where this deployment is, by GB/T 2260: its rules are those of the nearest jurisdiction that has any. */
  JURISDICTION: z
    .string()
    .regex(/^CN(-\d{2,6})?$/)
    .default("CN-320509"),
  /** Which authority confirms a name and document: `sandbox` confirms at once, `none` leaves them declared. */
  IDENTITY_VERIFIER: z.enum(["sandbox", "none"]).default("none"),
  /** Through whom money is paid to us: a provider whose credentials are sealed in this deployment. */
  PAYMENT_PROVIDER: z.string().default("sandbox"),
  /** URL of the queue of payments and refunds to be brought on. */
  QUEUE_PAYMENTS: z.string().default(""),
  /** URL of the queue of ticks to read providers' bills. */
  QUEUE_PROVIDER_BILLS: z.string().default(""),
  /** URL of the queue of ticks to look for next year's calendar. */
  QUEUE_CALENDAR_CHECKS: z.string().default(""),
  /**
   * By what notices are brought to people: channels whose provider's credentials are sealed in this deployment. `sandbox`
   * only says that it did, `none` leaves them in the inbox.
   */
  NOTICE_CHANNELS: z
    .enum(noticeChannels)
    .default("none")
    .transform((list) => list.split(",")),
  /** What the provider of each channel calls a template, as JSON: `{"sms":{"refund-paid":"SMS_1"}}`. */
  NOTICE_TEMPLATES: z
    .string()
    .default("{}")
    .transform((text) => providersTemplates.parse(JSON.parse(text))),
  /** URL of the queue of erased persons whose places must be given back. */
  QUEUE_RELEASE_ERASED: z.string().default(""),
  /** URL of the queue of draws to be closed, drawn and carried out. */
  QUEUE_DRAWS: z.string().default(""),
  /** URL of the queue of accepted sign-ups that are served in turn. */
  QUEUE_SIGN_UPS: z.string().default(""),
  /** URL of the queue of the ledger's audits, where a long piece of work goes on. */
  QUEUE_LEDGER_AUDITS: z.string().default(""),
  /** URL of the queue of files of the ledger that somebody asked for. */
  QUEUE_LEDGER_EXPORTS: z.string().default(""),
  /** URL of the queue of notices that are due. */
  QUEUE_NOTICES: z.string().default(""),
  /** URL of the queue of what merchants' systems are told. */
  QUEUE_WEBHOOKS: z.string().default(""),
  /** Buckets as they are deployed: their names are unique in all of AWS. */
  BUCKET_DRAWS: z.string().default(""),
  BUCKET_EVIDENCE: z.string().default(""),
  BUCKET_EXPORTS: z.string().default(""),
  BUCKET_UPLOADS: z.string().default(""),
  /** ARN of the topic on which the people on call are told. */
  ALARMS_TOPIC: z.string().default(""),
  /** Seconds of the journal that one segment of the ledger holds. */
  LEDGER_SEAL_INTERVAL_SECONDS: z.coerce.number().int().positive().default(60),
  /** Seconds after its end until a segment is sealed: who posts into it has ended by then. */
  LEDGER_SEAL_DELAY_SECONDS: z.coerce.number().int().positive().default(60),
  /** File of the API's description as a page, beside the bundle. */
  DOCS_PAGE: z.string().default("dist/docs.html"),
});

let parsed: z.output<typeof Environment> | undefined;

/** The environment, parsed once. Handlers ask at cold start, so that a wrong deployment fails before its first request. */
export function env(): z.output<typeof Environment> {
  parsed ??= Environment.parse(process.env);
  return parsed;
}

export type TableName =
  | "people"
  | "person-keys"
  | "registration"
  | "operations"
  | "settlement"
  | "audit-log"
  | "journal"
  | "accounts"
  | "books";

export const tableName = (table: TableName): string => `${env().TABLE_PREFIX}-${table}`;

export type BucketName = "draws" | "evidence" | "exports" | "uploads";

/** The environment variable that holds a bucket's deployed name. */
export const bucketVariables = {
  draws: "BUCKET_DRAWS",
  evidence: "BUCKET_EVIDENCE",
  exports: "BUCKET_EXPORTS",
  uploads: "BUCKET_UPLOADS",
} as const satisfies Record<BucketName, keyof z.output<typeof Environment>>;

export const bucketName = (bucket: BucketName): string => env()[bucketVariables[bucket]];
