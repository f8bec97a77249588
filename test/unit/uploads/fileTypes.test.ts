import { describe, expect, it } from "vitest";
import {
  type ContentType,
  contentTypes,
  looksLike,
  spreadsheet,
  TextCheck,
} from "#shared/uploads/fileTypes.ts";
import { pdf, png, workbook, zip } from "../../support/uploads.ts";

const jpeg = () => Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46]);
const files: Partial<Record<ContentType, Buffer>> = {
  "application/pdf": pdf(),
  "image/jpeg": jpeg(),
  "image/png": png(),
  [spreadsheet]: workbook(),
};
const looks = (contentType: ContentType, file: Buffer) =>
  looksLike(contentType, { beginning: file.subarray(0, 16), end: file.subarray(-64 * 1024) });

describe("what a file begins and ends with", () => {
  it.each(Object.keys(files) as ContentType[])("tells %s from every other type", (contentType) => {
    const taken = Object.entries(files).filter(([, file]) => looks(contentType, file));
    expect(taken.map(([type]) => type)).toEqual([contentType]);
  });

  it("is wrong when one byte of the beginning is", () => {
    for (const [contentType, file] of Object.entries(files))
      for (let at = 0; at < 3; at += 1) {
        const altered = Buffer.from(file);
        altered[at] = (altered[at] ?? 0) ^ 1;
        expect(looks(contentType as ContentType, altered), `${contentType} ${at}`).toBe(false);
      }
  });

  it("is wrong when the file is shorter than the beginning of its type", () => {
    for (const [contentType, file] of Object.entries(files))
      expect(looks(contentType as ContentType, file.subarray(0, 2))).toBe(false);
  });

  it.each([
    [
      "no directory",
      Buffer.concat([Buffer.from("PK\x03\x04"), Buffer.from("[Content_Types].xml xl/workbook.xml")]),
    ],
    ["another document of the same family", zip("[Content_Types].xml", "word/document.xml")],
    ["no list of types", zip("xl/workbook.xml")],
    ["macros", zip("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin")],
  ])("is no workbook with %s", (_, file) => {
    expect(looks(spreadsheet, file)).toBe(false);
  });
});

describe("text", () => {
  /** Byte by byte, so that every character is cut. */
  const charsetOf = (bytes: Uint8Array, size = 1) => {
    const check = new TextCheck();
    for (let at = 0; at < bytes.length; at += size) check.take(bytes.subarray(at, at + size));
    return check.end();
  };
  const gb18030 = Buffer.from("d0f2bac52cbdf0b6ee0a8139ef30", "hex");

  it.each([
    ["nothing but ASCII", Buffer.from("a,b\n1,2\n"), "utf-8"],
    ["UTF-8, with its mark and characters beyond the first plane", Buffer.from("\uFEFF姓名,𠮷\n"), "utf-8"],
    ["GB 18030 in two and four bytes", gb18030, "gb18030"],
  ] as const)("is read as %s", (_, bytes, charset) => {
    expect(charsetOf(bytes)).toBe(charset);
    expect(charsetOf(bytes, bytes.length)).toBe(charset);
  });

  it.each([
    ["a NUL", Buffer.from("a,b\n\0")],
    ["UTF-16", Buffer.from("a,b\n", "utf16le")],
    ["a picture", png()],
    ["a character that was cut", Buffer.from("a姓").subarray(0, 2)],
    ["bytes that no character begins with", Buffer.from([0x61, 0xff, 0xfe])],
  ])("is none with %s", (_, bytes) => {
    expect(charsetOf(bytes)).toBeUndefined();
    expect(charsetOf(bytes, bytes.length)).toBeUndefined();
  });

  it("is what every type without a beginning of its own must be", () => {
    const open = contentTypes.filter((type) => looks(type, Buffer.from("anything")));
    expect(open).toEqual(["text/csv", "text/plain"]);
  });
});
