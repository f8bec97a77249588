// `npm test`: installs what is missing and runs everything that must hold, with progress. Plain JavaScript for
// whichever Node the host has.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bundledNode, ensureInstalled, root } from "../local/install.mjs";

ensureInstalled();

const bin = (name) => join(root, "node_modules", name);
const browsers = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];
const browser = browsers.find((path) => path && existsSync(path));
const report = join(root, "dist", "test-report.json");
const vitest = (project) => [bin("vitest/vitest.mjs"), "run", "--project", project];

/** In the order in which a mistake is cheapest to find. */
const phases = [
  ["类型 / types", [bin("typescript/bin/tsc"), "--noEmit"]],
  ["规范 / lint", [bin("@biomejs/biome/bin/biome"), "check"]],
  ["无用代码 / dead code", [bin("knip/bin/knip.js")]],
  ["接口说明 / openapi.json", ["docs/generate.ts", "--check"]],
  ["接口规范 / openapi lint", [bin("@redocly/cli/bin/cli.js"), "lint", "docs/openapi.json"]],
  ["单元 / unit", vitest("unit")],
  ["模拟 / simulation", vitest("simulation")],
  ["部署 / infra", vitest("infra")],
  ["成本 / cost", ["bench/cost.ts", "--check"]],
  ["集成 / integration over HTTP", vitest("integration")],
  ...(browser ? [["浏览器 / browser", vitest("e2e")]] : []),
];

const begun = Date.now();
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(0)} s`;
const totals = { passed: 0, failed: 0 };

console.log(
  process.env.LEYUN_FULL === "1"
    ? "规模：完整 / size: full"
    : "规模：日常（LEYUN_FULL=1 为完整）/ size: everyday; LEYUN_FULL=1 runs the large cases in full",
);
for (const [at, [name, args]] of phases.entries()) {
  const since = Date.now();
  console.log(`\n[${at + 1}/${phases.length}] ${name}`);
  rmSync(report, { force: true });
  const tests = args.includes("run");
  const reporting = tests ? ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`] : [];
  const env = {
    ...process.env,
    ...(browser && { CHROMIUM: browser }),
    REDOCLY_TELEMETRY: "off",
    NO_COLOR: "1",
  };
  const { status } = spawnSync(bundledNode, [...args, ...reporting], { cwd: root, stdio: "inherit", env });
  if (tests && existsSync(report)) {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, "utf8"));
    totals.passed += numPassedTests;
    totals.failed += numFailedTests + (status !== 0 && numFailedTests === 0 ? 1 : 0);
  } else if (status === 0) totals.passed += 1;
  else totals.failed += 1;
  console.log(
    `[${at + 1}/${phases.length}] ${name}: ${status === 0 ? "通过 / passed" : "失败 / FAILED"}, ${seconds(since)}`,
  );
  if (status !== 0) break;
}
if (!browser)
  console.log(
    "\n没有找到 Chromium，浏览器测试未运行 / No Chromium was found: the browser tests were left out",
  );
console.log(`\n用时 / took ${seconds(begun)}`);
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 ? 0 : 1);
