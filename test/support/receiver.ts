import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";

/** A request as a merchant's system got it. */
export interface Got {
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface Receiver {
  url: string;
  port: number;
  got: Got[];
  /** How the next requests are answered, by status; 204 when nothing is said. A status of 0 is no answer. */
  answers: number[];
  /** What happens while a request waits for its answer. */
  meanwhile: () => Promise<unknown>;
  stop(): Promise<void>;
}

/** A merchant's own system: a real server that notes what it gets. */
export async function startReceiver(): Promise<Receiver> {
  const got: Got[] = [];
  const answers: number[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    got.push({
      path: request.url ?? "",
      headers: request.headers as Record<string, string>,
      body: Buffer.concat(chunks).toString(),
    });
    await receiver.meanwhile();
    const status = answers.shift() ?? 204;
    if (status === 0) return;
    response
      .writeHead(status, status === 302 ? { location: `/elsewhere` } : {})
      .end(status === 204 ? "" : "x");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/leyun`,
    port,
    got,
    answers,
    meanwhile: async () => {},
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
  return receiver;
}

/** What a receiver reads of a request, or throws where it is not signed by this secret. */
export const verified = (secret: string, { headers, body }: Got): unknown =>
  new Webhook(secret).verify(body, headers);
