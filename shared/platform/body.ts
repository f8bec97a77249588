import { visit } from "jsonc-parser";
import { type FieldError, Refusal } from "./problem.ts";
import { problems } from "./problems.ts";
import type { RawBody } from "./route.ts";

const MAX_BYTES = 256 * 1024;
const MAX_DEPTH = 20;

/**
 * Characters that never belong into a field: controls other than tab and line ends, and those that turn the writing
 * direction, with which one text can be made to look like another.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the purpose
const forbidden = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\uFEFF]/;

const allowed = (text: string) => text.isWellFormed() && !forbidden.test(text);

const isContainer = (value: unknown): value is object => typeof value === "object" && value !== null;

/** A name within a pointer. Only plain words and places in lists are repeated: a name can be personal data too. */
export const pointerPart = (name: PropertyKey): string =>
  /^([A-Za-z]{1,40}|\d{1,3})$/.test(String(name)) ? String(name) : "*";

/** Refuses texts and names that are not well-formed, wherever they stand in the value. */
export function refuseBadStrings(value: unknown, root = ""): void {
  const errors: FieldError[] = [];
  const refuse = (pointer: string) =>
    errors.push({
      pointer,
      message: { zh: "含有不允许的字符", en: "holds characters that are not allowed" },
    });
  const pending: [string, unknown][] = [[root, value]];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [pointer, at] = next;
    if (typeof at === "string" && !allowed(at)) refuse(pointer);
    if (!isContainer(at)) continue;
    for (const [name, inner] of Object.entries(at)) {
      if (name === "__proto__" || !allowed(name)) refuse(pointer);
      else pending.push([`${pointer}/${pointerPart(name)}`, inner]);
    }
  }
  if (errors.length > 0) throw new Refusal(problems.invalidString, { errors });
}

/** How many objects and arrays lie within each other. */
function depthOf(value: unknown): number {
  let depth = 0;
  for (let level = [value].filter(isContainer); level.length > 0; depth += 1)
    level = level.flatMap((container) => Object.values(container).filter(isContainer));
  return depth;
}

function refuseDuplicateNames(text: string): void {
  const open: Set<string>[] = [];
  visit(text, {
    onObjectBegin: () => void open.push(new Set()),
    onObjectEnd: () => void open.pop(),
    onObjectProperty: (name) => {
      const names = open.at(-1);
      if (names?.has(name)) throw new Refusal(problems.malformedJson);
      names?.add(name);
    },
  });
}

interface Sent {
  body?: string | undefined;
  isBase64Encoded?: boolean;
  headers: Readonly<Record<string, string | undefined>>;
}

/** The bytes of a request's body. Refuses `payload-too-large`. */
function bytesOf(event: Sent): Buffer {
  const raw = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  if (raw.byteLength > MAX_BYTES) throw new Refusal(problems.payloadTooLarge);
  return raw;
}

/** A body as it came, for whoever proves it by a signature. Refuses `payload-too-large`. */
export const rawBody = (event: Sent): RawBody => ({
  headers: event.headers,
  body: bytesOf(event).toString("utf8"),
});

/**
 * The JSON value of a request's body. Refuses `payload-too-large`, `unsupported-media-type`, `malformed-json`
 * (duplicate names and nesting beyond 20 included) and `invalid-string`.
 */
export function parseBody(event: Sent): unknown {
  const raw = bytesOf(event);
  const type = (event.headers["content-type"] ?? "").toLowerCase();
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/.test(type))
    throw new Refusal(problems.unsupportedMediaType);
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
    const value: unknown = JSON.parse(text);
    if (depthOf(value) > MAX_DEPTH) throw new Refusal(problems.malformedJson);
    refuseDuplicateNames(text);
    refuseBadStrings(value);
    return value;
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(problems.malformedJson);
  }
}
