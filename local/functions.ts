import type { Context } from "aws-lambda";
import { confined } from "./access/guard.ts";

/** A Lambda handler as the runtime calls it: JSON in, JSON out. */
export type LambdaFunction = (event: unknown, context: Context) => Promise<unknown>;

const loaded = new Map<string, Promise<LambdaFunction>>();

/** The handler of `functions/<lambda>.ts`, loaded once like a warm environment. */
export function loadFunction(lambda: string): Promise<LambdaFunction> {
  const known = loaded.get(lambda);
  if (known) return known;
  const [folder, name] = lambda.split("/");
  const loading = import(`../functions/${folder}/${name}.ts`).then(
    (module: { handler: LambdaFunction }) => module.handler,
  );
  loaded.set(lambda, loading);
  return loading;
}

/** What a function may read of its invocation; enough for the Powertools logger. */
const contextOf = (lambda: string): Context =>
  ({
    functionName: lambda,
    functionVersion: "$LATEST",
    invokedFunctionArn: `local:${lambda}`,
    memoryLimitInMB: "1024",
    awsRequestId: crypto.randomUUID(),
    logGroupName: lambda,
    logStreamName: "local",
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => 29_000,
  }) as unknown as Context;

/**
 * Invokes a function as Lambda does: event and result pass through JSON, so that an undefined header or a Date
 * behaves here as it does there, and the function may do what infra/permissions.ts grants it and nothing else.
 */
export async function invoke(lambda: string, event: unknown): Promise<unknown> {
  const handler = await loadFunction(lambda);
  const input: unknown = JSON.parse(JSON.stringify(event));
  const result = await confined(lambda, () => handler(input, contextOf(lambda)));
  return result === undefined ? undefined : JSON.parse(JSON.stringify(result));
}
