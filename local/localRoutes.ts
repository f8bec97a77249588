import * as z from "zod";
import { queues } from "#events/queues.ts";
import { schedules } from "#events/schedules.ts";
import { sandboxOutbox } from "#shared/notices/sandbox.ts";
import { clock } from "#shared/platform/clock.ts";
import { Contended, Unavailable } from "#shared/platform/database.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { roles } from "#shared/platform/route.ts";
import { invoke } from "./functions.ts";
import type { WireRequest, WireResponse } from "./gateway.ts";
import type { Issuer } from "./issuer.ts";
import { postEntry } from "./ledgerEntries.ts";
import type { Outside } from "./outsideProcess.ts";
import type { Parts } from "./parts/index.ts";
import { makePayment } from "./payments.ts";
import type { LocalClock } from "./service.ts";

const tokenRequest = z.strictObject({
  roles: z.array(z.enum(roles)).min(1),
  sub: z.string().min(1).max(100).optional(),
  org: z.string().min(1).max(80).optional(),
  amr: z.array(z.string()).optional(),
});

const clockRequest = z.union([
  z.strictObject({ now: z.iso.datetime({ offset: true }) }),
  z.strictObject({ advanceSeconds: z.number() }),
]);

const json = (status: number, body: unknown): WireResponse => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8" },
  body: JSON.stringify(body),
});

/** Runs a job as its schedule would, at once. */
export async function runJob(job: string): Promise<boolean> {
  const schedule = schedules.find((known) => known.job === job);
  if (!schedule) return false;
  const record = {
    messageId: crypto.randomUUID(),
    receiptHandle: "local",
    body: JSON.stringify(schedule.payload),
    attributes: { ApproximateReceiveCount: "1" },
    eventSource: "aws:sqs",
  };
  const result = (await invoke(queues[schedule.queue].consumer, { Records: [record] })) as {
    batchItemFailures: unknown[];
  };
  return result.batchItemFailures.length === 0;
}

/**
 * What exists on one machine only: identity, the clock, running a job at once. Answers `undefined` for anything
 * that belongs to the service itself.
 */
export function localRoutes(of: {
  clock: LocalClock;
  issuer: Issuer;
  parts: Parts;
  url: string;
  /** What the handlers find their surroundings by; a worker of its own (local/worker.ts) needs the same. */
  environment: Readonly<Record<string, string>>;
  outside: Outside;
  /** Makes this service a merchant of the sandbox provider. */
  connect: () => Promise<void>;
}) {
  const parsed = (body: Buffer): unknown => JSON.parse(body.toString() || "{}");
  return async (request: WireRequest): Promise<WireResponse | undefined> => {
    const url = new URL(request.target, of.url);
    const at = `${request.method} ${url.pathname}`;
    try {
      if (at === "GET /") return { status: 302, headers: { location: "/docs" }, body: "" };
      if (at === "GET /local/info")
        return json(200, {
          dynamodb: of.parts.dynamoEndpoint,
          objectStore: of.parts.queueEndpoint,
          queues: of.parts.queueEndpoint,
          kms: of.parts.kmsEndpoint,
          tables: of.parts.tableNames,
          environment: of.environment,
          issuer: of.url,
          outside: await of.outside.url(),
          now: of.clock.now().toISOString(),
        });
      if (at === "POST /local/tokens") {
        const { sub = `local-${crypto.randomUUID()}`, ...claims } = tokenRequest.parse(parsed(request.body));
        const { roles: granted, org, amr } = claims;
        const accessToken = await of.issuer.token({
          sub,
          roles: granted,
          ...(org !== undefined && { org }),
          ...(amr !== undefined && { amr }),
        });
        return json(200, { accessToken });
      }
      if (at === "POST /local/clock") {
        const wanted = clockRequest.parse(parsed(request.body));
        if ("now" in wanted) of.clock.set(new Date(wanted.now));
        else of.clock.advance(wanted.advanceSeconds);
        return json(200, { now: of.clock.now().toISOString() });
      }
      if (at === "GET /local/outbox") return json(200, { items: sandboxOutbox() });
      const job = /^POST \/local\/jobs\/([\w-]+)\/run$/.exec(at)?.[1];
      if (job !== undefined)
        return (await runJob(job)) ? json(200, { job, status: "done" }) : json(404, { job });
      const outside = /^\/local(\/(?:bank|provider)(?:\/.*)?)$/.exec(url.pathname)?.[1];
      if (outside !== undefined) {
        await of.connect();
        return await of.outside.pass(request, outside + url.search, clock.now());
      }
      if (at === "POST /local/payments") {
        await of.connect();
        return json(200, await makePayment(parsed(request.body)));
      }
      if (at === "POST /local/ledger/entries") return json(200, await postEntry(parsed(request.body)));
    } catch (error) {
      if (error instanceof Refusal) return json(error.problem.status, { slug: error.problem.slug });
      if (error instanceof Contended) return json(409, { slug: problems.requestInProgress.slug });
      if (error instanceof Unavailable) return json(503, { slug: problems.temporarilyUnavailable.slug });
      const invalid = error instanceof z.ZodError || error instanceof SyntaxError;
      return json(invalid ? 400 : 500, { message: invalid ? String(error) : "failed" });
    }
    const { method, headers, body } = request;
    return of.issuer.handle({ method, url, headers, body: body.toString() });
  };
}
