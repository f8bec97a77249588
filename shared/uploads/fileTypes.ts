/**
 * Types of files as data: by what each is known, and how its names end. Written out and not taken from a library:
 * file-type 22 weighs 76 KB in a function, unpacks what strangers send, and does not know text, which half of the
 * purposes are (docs/adr/0013-uploads.md).
 */
interface FileType {
  extensions: readonly [string, ...string[]];
  /** Its first bytes. */
  begins?: Uint8Array;
  /** What a ZIP archive's directory, which is at its end, names, and what it must not name. */
  holds?: readonly string[];
  holdsNot?: readonly string[];
  /** The whole of it can be read as text. */
  text?: true;
}

const bytes = (...codes: (number | string)[]): Uint8Array =>
  Buffer.concat(
    codes.map((code) => (typeof code === "string" ? Buffer.from(code, "latin1") : Buffer.from([code]))),
  );

export const spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

export const fileTypes = {
  "application/pdf": { extensions: ["pdf"], begins: bytes("%PDF-") },
  "image/jpeg": { extensions: ["jpg", "jpeg"], begins: bytes(0xff, 0xd8, 0xff) },
  "image/png": { extensions: ["png"], begins: bytes(0x89, "PNG\r\n", 0x1a, "\n") },
  [spreadsheet]: {
    extensions: ["xlsx"],
    begins: bytes("PK", 0x03, 0x04),
    holds: ["[Content_Types].xml", "xl/workbook.xml"],
    // A workbook with macros is another type, and runs what is in it.
    holdsNot: ["vbaProject.bin"],
  },
  "text/csv": { extensions: ["csv"], text: true },
  "text/plain": { extensions: ["txt", "csv"], text: true },
} as const satisfies Record<string, FileType>;

export type ContentType = keyof typeof fileTypes;
export const contentTypes = Object.keys(fileTypes) as [ContentType, ...ContentType[]];
export const typeOf = (contentType: ContentType): FileType => fileTypes[contentType];

/** The end of a ZIP archive that holds its directory: 64 KiB are some 700 names, of which a workbook has a dozen. */
export const DIRECTORY_BYTES = 64 * 1024;

const endOfDirectory = bytes("PK", 0x05, 0x06);

/** Whether a file of this type begins and ends so. Of text it says nothing. */
export function looksLike(
  contentType: ContentType,
  { beginning, end }: { beginning: Uint8Array; end: Uint8Array },
): boolean {
  const { begins, holds, holdsNot = [] } = typeOf(contentType);
  if (begins && !Buffer.from(beginning).subarray(0, begins.length).equals(begins)) return false;
  if (!holds) return true;
  const directory = Buffer.from(end);
  return (
    directory.includes(Buffer.from(endOfDirectory)) &&
    holds.every((name) => directory.includes(name)) &&
    !holdsNot.some((name) => directory.includes(name))
  );
}

/** How a text is encoded. Banks and older spreadsheets in China write GB 18030, of which GBK and GB 2312 are parts. */
export const charsets = ["utf-8", "gb18030"] as const;
export type Charset = (typeof charsets)[number];

/** Finds how bytes that come piece by piece are encoded, if they are text at all. */
export class TextCheck {
  readonly #possible = new Map(charsets.map((name) => [name, new TextDecoder(name, { fatal: true })]));

  take(piece: Uint8Array): void {
    // No text has it, and every UTF-16 text that a spreadsheet may write has.
    if (piece.includes(0)) this.#possible.clear();
    this.#decode(piece, true);
  }

  /** The first charset in which all of it could be read; `undefined` when it is no text. */
  end(): Charset | undefined {
    this.#decode(new Uint8Array(), false);
    return this.#possible.keys().next().value;
  }

  #decode(piece: Uint8Array, stream: boolean): void {
    for (const [name, decoder] of this.#possible) {
      try {
        decoder.decode(piece, { stream });
      } catch {
        this.#possible.delete(name);
      }
    }
  }
}
