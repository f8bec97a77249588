import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseBody } from "#shared/platform/body.ts";

const parse = (body: string | Buffer, type = "application/json") =>
  parseBody({
    body: Buffer.from(body).toString("base64"),
    isBase64Encoded: true,
    headers: { "content-type": type },
  });

describe("hard case 1: malformed JSON", () => {
  it.each(["{", "{'a':1}", '{"a":1,}', "", "undefined", '{"a":NaN}', '{"a":1}x', "// c\n{}", "\uFEFF{}"])(
    "refuses %s",
    (text) => {
      expect(() => parse(text)).toThrow("malformed-json");
    },
  );

  it("refuses duplicate names at any depth, equal values too", () => {
    expect(() => parse('{"a":1,"a":1}')).toThrow("malformed-json");
    expect(() => parse('{"x":[{"a":1,"\\u0061":2}]}')).toThrow("malformed-json");
    expect(parse('{"a":{"b":1},"c":{"b":1}}')).toEqual({ a: { b: 1 }, c: { b: 1 } });
  });

  it("refuses bytes that are not UTF-8", () => {
    expect(() => parse(Buffer.from([0x22, 0xff, 0x22]))).toThrow("malformed-json");
  });
});

describe("hard case 2: content type", () => {
  it.each(["text/plain", "", "application/x-www-form-urlencoded", "application/json; charset=gbk"])(
    "refuses %s",
    (type) => {
      expect(() => parse("{}", type)).toThrow("unsupported-media-type");
    },
  );

  it.each([
    "application/json",
    "application/json; charset=utf-8",
    "Application/JSON;charset=UTF-8",
    "application/merge-patch+json",
  ])("takes %s", (type) => {
    expect(parse("{}", type)).toEqual({});
  });
});

describe("hard case 3: size and depth", () => {
  it("takes 256 KB and refuses one byte more", () => {
    expect(parse(JSON.stringify("x".repeat(256 * 1024 - 2)))).toHaveLength(256 * 1024 - 2);
    expect(() => parse(JSON.stringify("x".repeat(256 * 1024 - 1)))).toThrow("payload-too-large");
  });

  it("takes 20 levels and refuses 21, and a hundred thousand", () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    expect(parse(nested(20))).toBeDefined();
    expect(() => parse(nested(21))).toThrow("malformed-json");
    expect(() => parse(nested(100_000))).toThrow("malformed-json");
  });
});

describe("hard case 5: strings that are not what they look like", () => {
  it.each(["\\u0000", "\\ud800", "\\udc00x", "\\u202e", "\\u2066", "\\u0007", "\\ufeff"])(
    "refuses %s in values and names",
    (code) => {
      expect(() => parse(`{"a":["${code}"]}`)).toThrow("invalid-string");
      expect(() => parse(`{"a${code}":1}`)).toThrow("invalid-string");
    },
  );

  it("refuses __proto__ as a name, however it is written", () => {
    expect(() => parse('{"a":{"__proto__":{"admin":true}}}')).toThrow("invalid-string");
    expect(() => parse('{"\\u005f_proto__":1}')).toThrow("invalid-string");
  });

  it("takes every well-formed text and gives it back unchanged", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(parse(JSON.stringify({ text }))).toEqual({ text });
      }),
    );
  });
});
