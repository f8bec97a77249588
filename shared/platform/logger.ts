import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { env } from "./env.ts";
import { messages } from "./messages.ts";

type MessageId = keyof typeof messages;
type FieldOf<Id extends MessageId> = (typeof messages)[Id]["fields"][number];

const made = () => {
  const persistentLogAttributes = { stage: env().STAGE, build: env().BUILD_ID };
  return {
    logger: new Logger({ serviceName: "leyun", persistentLogAttributes }),
    metrics: new Metrics({ namespace: "Leyun", serviceName: "leyun" }),
  };
};
let tools: ReturnType<typeof made> | undefined;
const logging = () => {
  tools ??= made();
  return tools;
};

/**
 * Writes a registered message with exactly its registered fields: what is not on the list does not reach the log,
 * whatever an object happens to carry.
 */
export function log<Id extends MessageId>(
  id: Id,
  fields: { [Field in FieldOf<Id>]?: string | number | undefined },
): void {
  const { level, says, fields: names } = messages[id];
  const given = fields as Readonly<Record<string, unknown>>;
  const kept = Object.fromEntries(names.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])));
  logging().logger[level](says, { messageId: id, ...kept });
}

/** An error without its message, which may repeat what a person typed. */
export function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const cause = error.cause === undefined ? "" : ` <- ${traceOf(error.cause)}`;
  return `${error.name} ${frames.slice(0, 8).map((line) => line.trim()).join(" | ")}${cause}`;
}

/** One failure that an alarm watches. */
export function countFailure(name: "UnexpectedError" | "StoreUnavailable", operation: string): void {
  const { metrics } = logging();
  metrics.addDimension("operation", operation);
  metrics.addMetric(name, MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}
