import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Refusal } from "#shared/platform/problem.ts";
import { uploads as policies } from "#shared/policies/definitions/uploads.ts";
import { contentTypes, spreadsheet, typeOf } from "#shared/uploads/fileTypes.ts";
import { purposeNames, purposes } from "#shared/uploads/purposes.ts";
import {
  begun,
  differsIn,
  fileNameOf,
  retainedUntil,
  sha256Of,
  stateAt,
  unscannedTooLong,
  unusedUntil,
} from "#shared/uploads/rules.ts";

const now = new Date("2026-06-10T04:00:00.000Z");
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const base64 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
const asked = {
  purpose: "evidence",
  fileName: "收据.pdf",
  contentType: "application/pdf",
  sizeBytes: 10,
  sha256: hex,
} as const;
const rules = { maxBytes: 10, retentionDays: 30, linkMinutes: 10, unusedHours: 24, scanHours: 12 };
const by = { uploadId: "upl_1", owner: "act_1", roles: ["citizen"], now } as const;
const upload = begun(asked, rules, by);
const slugOf = (work: () => unknown): string => {
  try {
    work();
    return "done";
  } catch (error) {
    return (error as Refusal).problem.slug;
  }
};

describe("an upload begins", () => {
  it("by the rules of the day, which it keeps", () => {
    expect(upload).toMatchObject({
      state: "waiting",
      openUntil: later(10).toISOString(),
      purgeAt: later(24 * 60).toISOString(),
      terms: { retentionDays: 30, unusedHours: 24, scanHours: 12 },
      sha256: base64,
      object: "incoming/upl_1",
    });
  });

  it("for who may give such a file, of a type that is taken, up to the size and not beyond", () => {
    expect(slugOf(() => begun(asked, rules, { ...by, roles: [] }))).toBe("forbidden");
    expect(slugOf(() => begun({ ...asked, purpose: "results" }, rules, by))).toBe("forbidden");
    expect(slugOf(() => begun({ ...asked, contentType: "text/csv" }, rules, by))).toBe(
      "upload-type-not-allowed",
    );
    expect(slugOf(() => begun({ ...asked, sizeBytes: 11 }, rules, by))).toBe("upload-too-large");
  });

  it("with a checksum in hex or base64", () => {
    for (const text of [hex, hex.toUpperCase(), base64]) expect(sha256Of(text)).toBe(base64);
    // The last letter has two bits that say nothing.
    expect(sha256Of(base64.replace("FU=", "FV="))).toBe(base64);
  });
});

describe("time", () => {
  it("ends the waiting at the instant that was told", () => {
    expect(stateAt(upload, later(10 - 1 / 60_000))).toBe("waiting");
    expect(stateAt(upload, later(10))).toBe("expired");
    expect(stateAt({ ...upload, state: "ready" }, later(10))).toBe("ready");
    expect(stateAt({ ...upload, state: "gone" }, now)).toBeUndefined();
  });

  it("ends the keeping, by the rules of when it was begun", () => {
    expect(unusedUntil(upload, later(5))).toBe(later(24 * 60 + 5).toISOString());
    expect(retainedUntil(upload, later(5))).toBe(later(30 * 24 * 60 + 5).toISOString());
  });

  it("ends the wait for the scanner", () => {
    const scanning = { ...upload, state: "scanning", completedAt: later(5).toISOString() } as const;
    expect(unscannedTooLong(scanning, later(12 * 60 + 5 - 1 / 60_000))).toBe(false);
    expect(unscannedTooLong(scanning, later(12 * 60 + 5))).toBe(true);
  });
});

it("a file that was put is held against size, checksum and type; a checksum that is missing is a wrong one", () => {
  const facts = { etag: "e", sizeBytes: 10, contentType: "application/pdf", sha256: base64 };
  expect(differsIn(upload, facts)).toBeUndefined();
  expect(differsIn(upload, { ...facts, sizeBytes: 9 })).toBe("size");
  expect(differsIn(upload, { ...facts, sha256: hex })).toBe("checksum");
  const { sha256: _, ...without } = facts;
  expect(differsIn(upload, without)).toBe("checksum");
  expect(differsIn(upload, { ...facts, contentType: "application/pdf; a=b" })).toBe("type");
});

describe("a file's name", () => {
  const name = (text: string) => fileNameOf(text, "application/pdf");
  it.each([
    ["营业执照 2026.pdf", "营业执照 2026.pdf"],
    ["a.PDF", "a.pdf"],
    ["../../etc/passwd", "passwd.pdf"],
    ["C:\\temp\\..\\a.pdf", "a.pdf"],
    ["a/b/", "file.pdf"],
    ["..", "file.pdf"],
    [".pdf", "pdf.pdf"],
    ["  .hidden.pdf ", "hidden.pdf"],
    ["a\u202Efdp.exe", "afdp.exe.pdf"],
    ["a\u200E\u061C\u2066b\0\n.pdf", "ab.pdf"],
    ['<b>:"|?*.pdf', "_b______.pdf"],
    ["e\u0301.pdf", "\u00E9.pdf"],
  ])("%j is shown as %j", (text, shown) => {
    expect(name(text)).toBe(shown);
  });

  it("ends as its type does", () => {
    expect(fileNameOf("a.jpeg", "image/jpeg")).toBe("a.jpeg");
    expect(fileNameOf("a.csv", "text/plain")).toBe("a.csv");
    expect(fileNameOf("a.csv", "text/csv")).toBe("a.csv");
    expect(fileNameOf("a.xls", spreadsheet)).toBe("a.xls.xlsx");
  });

  it("is one name, of at most 200 characters, harmless, and stays as it is when it is given again", () => {
    const anything = fc.oneof(fc.string({ unit: "binary", maxLength: 600 }), fc.string({ maxLength: 600 }));
    fc.assert(
      fc.property(anything, fc.constantFrom(...contentTypes), (text, contentType) => {
        const shown = fileNameOf(text, contentType);
        expect([...shown].length).toBeLessThanOrEqual(200);
        expect(shown.isWellFormed()).toBe(true);
        expect(shown).not.toMatch(/[/\\<>:"|?*\p{Cc}\p{Cf}]/u);
        expect(shown).toMatch(/^[^.\s]/u);
        expect(typeOf(contentType).extensions.some((one) => shown.endsWith(`.${one}`))).toBe(true);
        expect(fileNameOf(shown, contentType)).toBe(shown);
      }),
    );
  });
});

describe("every purpose", () => {
  it("has a rule of its own for size and keeping, under its own name", () => {
    const ids = purposeNames.map((name) => purposes[name].limits.id);
    expect(ids).toEqual(purposeNames.map((name) => `uploads.${name}`));
    const definitions = Object.values(policies).map(({ id }) => id);
    expect(new Set([...ids, "uploads.times"])).toEqual(new Set(definitions));
  });

  it("of an official's own files is theirs alone", () => {
    for (const name of ["bank-statement", "payout-results"] as const)
      expect(purposes[name].givenBy).toEqual(["finance"]);
    expect(purposes.targets.givenBy).toEqual(["finance", "admin"]);
  });
});
