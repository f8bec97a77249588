// `npm start`. Plain JavaScript for whichever Node the host has: it brings about the Node that the service runs on.
import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { constants, freemem } from "node:os";
import { bundledNode, ensureInstalled, giveUp, root } from "./install.mjs";

const windows = process.platform === "win32";
const GIGABYTE = 1024 ** 3;

ensureInstalled();

// macOS counts as free only what was never used: there the number says nothing.
const memory = process.availableMemory?.() ?? freemem();
if (process.platform !== "darwin" && memory < 1.5 * GIGABYTE) {
  const free = (memory / GIGABYTE).toFixed(1);
  console.warn(
    `注意：可用内存只有 ${free} GB，建议至少 1.5 GB。/ Only ${free} GB of memory is free; 1.5 GB is advised.`,
  );
}

const port = process.env.PORT ? Number(process.env.PORT) : 3000;
if (!Number.isInteger(port) || port < 0 || port > 65535)
  giveUp(`PORT 不是端口号：${process.env.PORT}`, `PORT is not the number of a port: ${process.env.PORT}`);
// Some systems let one listen on all interfaces while another holds the loopback one.
for (const host of ["127.0.0.1", undefined]) {
  const code = await new Promise((done) => {
    const server = createServer();
    server.once("error", (error) => done(error.code));
    server.listen({ port, host }, () => server.close(() => done(undefined)));
  });
  const other = windows ? `set PORT=${port + 1} && npm start` : `PORT=${port + 1} npm start`;
  if (code === "EADDRINUSE")
    giveUp(
      `端口 ${port} 已被占用。请先停止占用它的程序，或换一个端口：${other}`,
      `Port ${port} is in use. Stop the program that holds it, or take another port: ${other}`,
    );
  if (code) giveUp(`无法使用端口 ${port}：${code}`, `Port ${port} cannot be used: ${code}`);
}

// Java, Docker or DYNAMODB_ENDPOINT: the database itself knows what it needs and how to ask for it.
const check = `import { findEngine } from "./local/parts/dynamo.ts";
await findEngine().catch((error) => { console.error("\\n" + error.message + "\\n"); process.exit(1); });`;
const engine = spawnSync(bundledNode, ["--input-type=module", "-e", check], { cwd: root, stdio: "inherit" });
if (engine.status !== 0) process.exit(1);

const service = spawn(bundledNode, ["local/main.ts", ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});

// Ctrl-C reaches the whole group, the service too, and npm hands it on once more. So a signal is passed on only
// to a service that has not ended a moment later, and only once: to a stop under way it would be a second one.
let passingOn = false;
function passOn(signal) {
  if (passingOn) return;
  passingOn = true;
  setTimeout(() => service.kill(signal), 1500).unref();
}
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, passOn);

// npm hands its signals to a shell between us, which may die of them and tell nobody: then our parent is another.
const { ppid } = process;
if (process.env.npm_lifecycle_event)
  setInterval(() => process.ppid !== ppid && passOn("SIGTERM"), 500).unref();

service.on("error", (error) => giveUp(`无法启动：${error.message}`, `Cannot start: ${error.message}`));
service.on("exit", (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1)));
