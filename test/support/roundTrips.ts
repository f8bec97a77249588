import { client } from "#shared/platform/dynamo.ts";

/** How often the store is asked while `work` runs, by command. */
export async function roundTrips<T>(
  work: () => Promise<T>,
): Promise<{ result: T; trips: Record<string, number> }> {
  const trips: Record<string, number> = {};
  const name = "round-trips";
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        trips[commandName] = (trips[commandName] ?? 0) + 1;
        return next(args);
      },
    { step: "initialize", priority: "low", name },
  );
  try {
    return { result: await work(), trips };
  } finally {
    client.middlewareStack.remove(name);
  }
}
