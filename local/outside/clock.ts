/** The time outside: the machine's own and an offset, which any request may set with `x-sandbox-now`. */
export interface OutsideClock {
  now(): Date;
  set(instant: Date): void;
}

export function createClock(): OutsideClock {
  let offset = 0;
  return {
    now: () => new Date(Date.now() + offset),
    set: (instant) => {
      offset = instant.getTime() - Date.now();
    },
  };
}
