import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { createClock } from "./clock.ts";
import type { OutsideAnswer, OutsideModule, OutsideRequest } from "./module.ts";
import { createProvider } from "./provider/provider.ts";

const { values } = parseArgs({
  options: {
    /** 0 for any free port. */
    port: { type: "string", default: "0" },
    /** Keeps everything in this folder. */
    data: { type: "string" },
  },
});

const clock = createClock();
const of = { clock, ...(values.data !== undefined && { dir: values.data }) };
/** By the first segment of their addresses. */
const modules: Readonly<Record<string, OutsideModule>> = { provider: await createProvider(of) };

const json = (status: number, body: object): OutsideAnswer => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

async function read(incoming: IncomingMessage): Promise<OutsideRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const [path = "/", query = ""] = (incoming.url ?? "/").split("?", 2);
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: incoming.method ?? "GET",
    path,
    query,
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: Buffer.concat(chunks),
  };
}

async function answerTo(request: OutsideRequest): Promise<OutsideAnswer> {
  const now = request.headers["x-sandbox-now"];
  if (now !== undefined) {
    if (Number.isNaN(Date.parse(now))) return json(400, { message: "x-sandbox-now is no instant" });
    clock.set(new Date(now));
  }
  const mounted = request.path.split("/")[1] ?? "";
  const module = Object.hasOwn(modules, mounted) ? modules[mounted] : undefined;
  return module ? module.handle(request) : json(404, { message: `there is no ${mounted || "/"}` });
}

const server = createServer(async (incoming, outgoing) => {
  try {
    const { status, headers, body } = await answerTo(await read(incoming));
    outgoing.writeHead(status, headers).end(body);
  } catch (error) {
    console.error(error);
    outgoing.writeHead(500, { "content-type": "application/json" }).end('{"message":"the sandbox failed"}');
  }
});
await new Promise<void>((resolve, reject) => {
  server.once("error", reject);
  server.listen(Number(values.port), "127.0.0.1", resolve);
});
console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));

const stop = () => process.exit(0);
process.on("SIGINT", stop);
process.on("SIGTERM", stop);
// Whoever started it is gone.
process.stdin.on("close", stop).on("end", stop).resume();
