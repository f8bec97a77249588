import * as z from "zod";

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
  /** Which authority confirms a name and document: `sandbox` confirms at once, `none` leaves them declared. */
  IDENTITY_VERIFIER: z.enum(["sandbox", "none"]).default("none"),
  /** URL of the queue of erased persons whose places must be given back. */
  QUEUE_RELEASE_ERASED: z.string().default(""),
  /** URL of the queue of accepted sign-ups that are served in turn. */
  QUEUE_SIGN_UPS: z.string().default(""),
  /** File of the API's description as a page, beside the bundle. */
  DOCS_PAGE: z.string().default("dist/docs.html"),
});

let parsed: z.output<typeof Environment> | undefined;

/** The environment, parsed once. Handlers ask at cold start, so that a wrong deployment fails before its first request. */
export function env(): z.output<typeof Environment> {
  parsed ??= Environment.parse(process.env);
  return parsed;
}

export type TableName = "people" | "person-keys" | "registration" | "operations";

export const tableName = (table: TableName): string => `${env().TABLE_PREFIX}-${table}`;
