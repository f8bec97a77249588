import { Logger } from "@aws-lambda-powertools/logger";
import { env } from "./env.ts";
import { messages } from "./messages.ts";

type MessageId = keyof typeof messages;
type FieldOf<Id extends MessageId> = (typeof messages)[Id]["fields"][number];

let made: Logger | undefined;

const logger = (): Logger => {
  const { STAGE: stage, BUILD_ID: build } = env();
  made ??= new Logger({ serviceName: "leyun", persistentLogAttributes: { stage, build } });
  return made;
};

/**
 * Writes a registered message with exactly its registered fields: what is not on the list does not reach the log,
 * whatever an object happens to carry.
 */
export function log<Id extends MessageId>(
  id: Id,
  fields: { [Field in FieldOf<Id>]?: string | number | boolean | undefined },
): void {
  const { level, says, fields: names } = messages[id];
  const given = fields as Readonly<Record<string, unknown>>;
  const kept = Object.fromEntries(
    names.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])),
  );
  logger()[level](says, { messageId: id, ...kept });
}

/** An error without its message, which may repeat what a person typed. */
export function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const cause = error.cause === undefined ? "" : ` <- ${traceOf(error.cause)}`;
  return `${error.name} ${frames
    .slice(0, 8)
    .map((line) => line.trim())
    .join(" | ")}${cause}`;
}
