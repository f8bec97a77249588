import { client } from "#shared/platform/dynamo.ts";
import { queueClient } from "#shared/platform/queue.ts";

type Next = () => Promise<{ output: unknown; response: unknown }>;

/**
 * Stands between the service and the store while `work` runs. `fault` is asked for each command by name; it may
 * change the input, throw before or after `next`, or wait.
 */
export async function withFault<T>(
  fault: (
    command: string,
    input: Record<string, unknown>,
    next: Next,
  ) => Promise<{ output: unknown; response: unknown }>,
  work: () => Promise<T>,
): Promise<T> {
  const name = `fault-${Math.random()}`;
  client.middlewareStack.add(
    (next, context) => async (args) =>
      (await fault(
        String((context as { commandName?: string }).commandName),
        args.input as Record<string, unknown>,
        () => next(args),
      )) as Awaited<ReturnType<typeof next>>,
    { step: "initialize", priority: "low", name },
  );
  try {
    return await work();
  } finally {
    client.middlewareStack.remove(name);
  }
}

/** An error as the SDK throws it. */
export const sdkError = (name: string, more: object = {}): Error =>
  Object.assign(new Error(name), { name, ...more });

/** Lets every message that the service sends end in an error while `work` runs. */
export async function withoutQueues<T>(error: Error, work: () => Promise<T>): Promise<T> {
  const name = `fault-${Math.random()}`;
  const { middlewareStack } = queueClient();
  middlewareStack.add(() => async () => Promise.reject(error), { step: "initialize", priority: "low", name });
  try {
    return await work();
  } finally {
    middlewareStack.remove(name);
  }
}
