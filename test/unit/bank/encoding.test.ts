import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { decodeText, encodeText, unwritable } from "#shared/bank/encoding.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** Eighteen characters moved between the editions of 2005, which iconv-lite writes, and 2022; both are read alike. */
const moved = new Set([
  ...Array.from({ length: 8 }, (_, at) => 0x9fb4 + at),
  ...Array.from({ length: 10 }, (_, at) => 0xfe10 + at),
]);

describe("GB18030", () => {
  it.each(["𠮷野家", "㐂多川", "阿依古丽·买买提", "ABC（中国）有限公司", "€", "\u{10FFFF}", "龘靐齉爩"])(
    "%s is read as it was written",
    (name) => {
      expect(decodeText(encodeText(name, "gb18030"), "gb18030")).toBe(name);
    },
  );

  it("is written as iconv-lite writes it and read as it was, for every character of Unicode", () => {
    const differing: string[] = [];
    let lost = 0;
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint += codePoint === 0xd7ff ? 0x801 : 1) {
      const character = String.fromCodePoint(codePoint);
      if (unwritable(character, "gb18030").length > 0) {
        lost += 1;
        continue;
      }
      const bytes = encodeText(character, "gb18030");
      // A byte order mark at the beginning is not text.
      if (codePoint !== 0xfeff && decodeText(bytes, "gb18030") !== character) differing.push(character);
      if (!moved.has(codePoint) && hex(bytes) !== hex(iconv.encode(character, "gb18030")))
        differing.push(character);
    }
    expect(differing).toEqual([]);
    // Of private use, and U+FFFD, which stands for what could not be read.
    expect(lost).toBe(20);
  });

  it("has no lone surrogates, and says which characters it cannot write", () => {
    expect(unwritable("张\ud800三\ue5e5", "gb18030")).toEqual(["\ud800", "\ue5e5"]);
    expect(() => encodeText("\udc00", "gb18030")).toThrow(RangeError);
  });
});

describe("UTF-8", () => {
  it("begins with a byte order mark, which is no text when it is read", () => {
    const bytes = encodeText("𠮷", "utf-8");
    expect(hex(bytes)).toBe("efbbbff0a0aeb7");
    expect(decodeText(bytes, "utf-8")).toBe("𠮷");
    expect(() => encodeText("\ud800", "utf-8")).toThrow(RangeError);
  });
});
