/** A key as a page is told of it: `KeyboardEvent.code`, `.key` and `.timeStamp` in milliseconds. */
export interface Stroke {
  code: string;
  key: string;
  at: number;
}

/** `typed`: by a hand; `scanning`: by a scanner that is not done; `scanned`: all of it. */
export type Heard = { kind: "typed" } | { kind: "scanning" } | { kind: "scanned"; text: string };

/** Slower than this is a hand. Scanners type a key every 1 to 20 ms; the fastest hands one every 60. */
const PAUSE_MS = 45;
/** So many keys in a row, each that fast, are no hand. */
const BURST = 4;

/**
 * The character on a key, by where the key is: Caps Lock and an input method change what a key gives, never which key
 * it is. Of keys without a place of their own, what they give.
 */
function characterOf({ code, key }: Stroke): string {
  const placed = /^(?:Key([A-Z])|(?:Digit|Numpad)([0-9]))$/.exec(code);
  if (placed) return placed[1] ?? placed[2] ?? "";
  return [...key].length === 1 ? key : "";
}

/**
 * Tells a keyboard-wedge scanner from a hand at the same keyboard, and reads what it types until Enter. The page keeps
 * from its fields every stroke that is not `typed`, and puts back what the first of a burst did there: see `typed`.
 */
export class WedgeReader {
  #text = "";
  #last = Number.NEGATIVE_INFINITY;
  #strokes = 0;

  /** Strokes of the present burst that the page took for typed. */
  get typed(): number {
    return Math.min(this.#strokes, BURST - 1);
  }

  take(stroke: Stroke): Heard {
    // Shift and the like are no characters and keep no time.
    if (/^(?:Shift|Control|Alt|Meta|CapsLock)/.test(stroke.code)) return { kind: "typed" };
    const quick = stroke.at - this.#last <= PAUSE_MS;
    this.#last = stroke.at;
    if (!quick) this.#begin();
    const isScan = this.#strokes >= BURST - 1;
    if (stroke.code === "Enter" || stroke.code === "NumpadEnter" || stroke.code === "Tab") {
      const text = this.#text;
      this.#begin();
      return isScan ? { kind: "scanned", text } : { kind: "typed" };
    }
    this.#text += characterOf(stroke);
    this.#strokes += 1;
    return isScan ? { kind: "scanning" } : { kind: "typed" };
  }

  #begin(): void {
    this.#text = "";
    this.#strokes = 0;
  }
}
