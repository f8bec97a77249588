// What `npm start` and `npm test` need before anything else. Plain JavaScript for whichever Node the host has.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const modules = join(root, "node_modules");
const windows = process.platform === "win32";

/** The Node.js of the Lambda runtime, installed as a package. */
export const bundledNode = windows ? join(modules, "node", "bin", "node.exe") : join(modules, ".bin", "node");

export function giveUp(zh, en) {
  console.error(`\n${zh}\n${en}\n`);
  process.exit(1);
}

/** What is installed differs from package-lock.json; what does not fit this machine is optional and left out. */
function isStale() {
  const wanted = join(root, "package-lock.json");
  const found = join(modules, ".package-lock.json");
  if (!existsSync(found) || !existsSync(bundledNode)) return true;
  if (!existsSync(wanted) || statSync(wanted).mtimeMs <= statSync(found).mtimeMs) return false;
  // A copied or cloned lock file is newer without being another.
  const packages = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const installed = packages(found);
  return Object.entries(packages(wanted)).some(
    ([path, { version, optional }]) =>
      path !== "" && (installed[path] ? installed[path].version !== version : !optional),
  );
}

/**
 * Installs what package-lock.json names. Not `npm ci`: it refuses a lock file without the builds of optional
 * packages for platforms that a registry's mirror does not hold.
 */
function install() {
  console.log("正在安装依赖，约需一分钟…… / Installing what the service needs; this takes about a minute...");
  // Under an npm script the host's own npm is known; its own Node runs it, since ours may be about to be replaced.
  const { npm_execpath: npm = "", npm_node_execpath: node = process.execPath } = process.env;
  const args = ["install", "--no-save", "--include=dev"];
  const { status } = npm.endsWith("npm-cli.js")
    ? spawnSync(node, [npm, ...args], { cwd: root, stdio: "inherit" })
    : spawnSync("npm", args, { cwd: root, stdio: "inherit", shell: windows });
  if (status !== 0)
    giveUp(
      "安装依赖没有成功：请检查网络（或 npm 镜像设置）后再试一次。",
      "Installing did not succeed: check the network (or npm's registry setting) and try again.",
    );
}

export function ensureInstalled() {
  if (Number(process.versions.node.split(".")[0]) < 20)
    giveUp(
      `需要 Node.js 20 或更高版本，当前为 ${process.versions.node}。请从 https://nodejs.org 安装。`,
      `Node.js 20 or later is needed, this is ${process.versions.node}. Install it from https://nodejs.org`,
    );
  if (isStale()) install();
  if (!existsSync(bundledNode))
    giveUp(
      "依赖中缺少 Node.js 24（安装脚本可能被禁用）。请运行：npm install --ignore-scripts=false",
      "Node.js 24 is missing among what was installed (are install scripts off?). Run: npm install --ignore-scripts=false",
    );
}
