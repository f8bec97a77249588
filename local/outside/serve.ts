import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { OutsideClock } from "./clock.ts";
import { json, type OutsideAnswer, type OutsideModule } from "./module.ts";

const NOW = "x-sandbox-now";

async function answer(
  request: IncomingMessage,
  modules: Readonly<Record<string, OutsideModule>>,
  clock: OutsideClock,
): Promise<OutsideAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const target = request.url ?? "/";
  const { pathname, searchParams } = new URL(target, "http://outside");
  const [, name = "", path = ""] = /^\/([^/]*)(.*)$/.exec(pathname) ?? [];
  const module = Object.hasOwn(modules, name) ? modules[name] : undefined;
  if (!module) return json(404, { error: "unknown-address", modules: Object.keys(modules) });
  const now = request.headers[NOW];
  if (now !== undefined) {
    const instant = new Date(String(now));
    if (Number.isNaN(instant.getTime()))
      return json(400, { error: "bad-request", message: `${NOW}: ${now}` });
    clock.set(instant);
  }
  const headers = Object.entries(request.headers).map(([header, value]) => [header, String(value)]);
  return module.handle({
    method: request.method ?? "GET",
    path: path || "/",
    target,
    headers: Object.fromEntries(headers) as Record<string, string>,
    query: searchParams,
    body: Buffer.concat(chunks),
  });
}

/** Serves modules under their names. Any request may set the clock by the header `x-sandbox-now`, an instant. */
export async function serve(
  modules: Readonly<Record<string, OutsideModule>>,
  clock: OutsideClock,
  port: number,
): Promise<{ url: string; stop(): void }> {
  const server = createServer((request, response) => {
    answer(request, modules, clock)
      .catch((error: unknown) => {
        console.error(error);
        return json(500, { error: "failed", message: String(error) });
      })
      .then(({ status, headers, body }) => response.writeHead(status, headers).end(body));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
