const busy = new Set([
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
  "InternalServerError",
  "ServiceUnavailable",
  "TimeoutError",
  "NetworkingError",
  // S3: a body that came too slowly, and two who write one object at once.
  "RequestTimeout",
  "ConditionalRequestConflict",
]);
const broken = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN"]);

/** Whether AWS could not be reached or was too busy: the same request may succeed a moment later. */
export function isBusy(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, $metadata } = error as { code?: string; $metadata?: { httpStatusCode?: number } };
  return busy.has(error.name) || broken.has(code ?? "") || ($metadata?.httpStatusCode ?? 0) >= 500;
}
