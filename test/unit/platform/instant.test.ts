import { expect, it } from "vitest";
import { instantInput } from "#shared/platform/instant.ts";

it.each(["x", "", "2026-99-99T00:00:00Z", "2026-02-30T00:00:00Z", "2026-06-10", "2026-06-10T04:00:00"])(
  "an instant that is none is refused: %s",
  (text) => {
    expect(instantInput.safeParse(text).success).toBe(false);
  },
);

it("an instant of any offset is read as UTC", () => {
  expect(instantInput.parse("2026-06-10T12:00:00+08:00")).toBe("2026-06-10T04:00:00.000Z");
});
