/** The clock of everything outside: real time and an offset, so that it follows whoever calls. */
export class OutsideClock {
  #offset = 0;
  now = (): Date => new Date(Date.now() + this.#offset);
  set(instant: Date): void {
    this.#offset = instant.getTime() - Date.now();
  }
}
