let read = (): number => Date.now();

/** The service's clock. Operations hand its reading to the rules; no rule reads it. */
export const clock = { now: (): Date => new Date(read()) };

/** Replaces the clock of this process: the local service and tests move time, a deployment never calls this. */
export function setClock(milliseconds: () => number): void {
  read = milliseconds;
}
