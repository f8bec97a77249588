import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { type Browser, type CDPSession, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codesOf, scan } from "#shared/codes/codes.ts";
import { startTestService, type TestService } from "../support/service.ts";

/** A till: a field for the amount, in which the cashier's cursor is, and a scanner at the same keyboard. */
const till = (reader: string) => `<!doctype html><meta charset="utf-8"><label>金额 <input id="amount"></label>
<script type="module">
${reader.replaceAll("export ", "")}
const reader = new WedgeReader();
window.scans = [];
let before = "";
document.addEventListener("keydown", (event) => {
  const field = document.querySelector("#amount");
  if (reader.typed === 0) before = field.value;
  const heard = reader.take({ code: event.code, key: event.key, at: event.timeStamp });
  if (heard.kind === "typed") return;
  event.preventDefault();
  field.value = before;
  if (heard.kind === "scanned") window.scans.push(heard.text);
}, true);
document.querySelector("#amount").focus();
</script>`;

let service: TestService;
let browser: Browser;
let page: Page;
let keyboard: CDPSession;
beforeAll(async () => {
  service = await startTestService();
  browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
  });
  page = await browser.newPage();
  await page.setContent(till(stripTypeScriptTypes(readFileSync("shared/codes/wedge.ts", "utf8"))));
  keyboard = await page.context().newCDPSession(page);
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

/** Presses keys, one every so many milliseconds by the browser's own clock; `key` is what the keyboard makes of each. */
async function press(text: string, everyMs: number, made: (letter: string) => string): Promise<void> {
  const began = Date.now() / 1_000;
  const keys = [...text].map((letter) => ({
    code: /\d/.test(letter) ? `Digit${letter}` : `Key${letter}`,
    key: made(letter),
    text: made(letter),
  }));
  for (const [at, key] of [...keys, { code: "Enter", key: "Enter", text: "\r" }].entries()) {
    const timestamp = began + (at * everyMs) / 1_000;
    await keyboard.send("Input.dispatchKeyEvent", { type: "keyDown", ...key, timestamp });
    await keyboard.send("Input.dispatchKeyEvent", { type: "keyUp", code: key.code, key: key.key, timestamp });
  }
}
const scans = () => page.evaluate<string[]>("window.scans.splice(0)");

describe("at a till in a browser", () => {
  it("a scanner of 7 ms a key, with Caps Lock on, gives the code and leaves the cashier's field alone", async () => {
    await page.fill("#amount", "128");
    const id = "vch_01J00000000000000000000001";
    const now = service.clock.now();
    const code = (await codesOf("V", id, now))[0]?.code ?? "";
    // Caps Lock gives small letters for the Shift that the scanner holds.
    await press(code, 7, (letter) => letter.toLowerCase());
    const [text = "", ...more] = await scans();
    expect(more).toEqual([]);
    expect(await page.inputValue("#amount")).toBe("128");
    expect(await scan(text, "mer_1", now)).toMatchObject({
      kind: "V",
      id,
    });
  });

  it("a hand that types an amount is not taken for a scanner", async () => {
    await page.fill("#amount", "");
    await press("98", 120, (letter) => letter);
    expect(await scans()).toEqual([]);
    expect(await page.inputValue("#amount")).toBe("98");
  });
});
