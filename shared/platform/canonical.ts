/** JSON with the names of every object in order, so that the same value has one text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, at: unknown) =>
    typeof at === "object" && at !== null && !Array.isArray(at)
      ? Object.fromEntries(Object.entries(at).sort(([a], [b]) => (a < b ? -1 : 1)))
      : at,
  );
}
