import type { Metafile } from "esbuild";

export type Outputs = Metafile["outputs"];

/** What one function weighs, in bytes. */
export interface FunctionSize {
  lambda: string;
  /** The entry and every chunk it can load. */
  total: number;
  /** Of these, what is loaded before the first request. */
  atStart: number;
  /** JSON that lies beside the code as data. */
  data: number;
  /** Bytes by package, heaviest first; the service's own code by context. */
  packages: [name: string, bytes: number][];
}

const KB = 1024;
const LIMIT = 500 * KB;
const limits: Readonly<Record<string, number>> = {
  // The AWS Encryption SDK is loaded in these only, in sign-ups when somebody answers questions.
  "people/citizen": 880 * KB,
  "registration/desk": 900 * KB,
  "registration/signUp": 920 * KB,
  "registration/bureau": 840 * KB,
  // And, loaded when a text message is sent, Tencent Cloud's SDK, half of which is a table of media types.
  "jobs/deliverNotices": 960 * KB,
  // The SDK for S3, with uploads in parts and signed links.
  "ledger/finance": 740 * KB,
  "jobs/publishRoot": 630 * KB,
  "registration/draws": 800 * KB,
  "jobs/runDraws": 800 * KB,
  "registration/drawing": 720 * KB,
  "registration/approval": 780 * KB,
  "registration/programme": 760 * KB,
  "registration/standing": 820 * KB,
  "jobs/exportLedger": 620 * KB,
  "uploads/everyone": 640 * KB,
  "jobs/settleUploads": 620 * KB,
  "jobs/purgeUploads": 620 * KB,
  // The SDK for SQS, beside the largest context.
  "registration/citizen": 680 * KB,
  // And the rules that a deployment sets.
  "registration/organiser": 680 * KB,
  // What writes calendars (36 KB).
  "registration/public": 640 * KB,
  "registration/feeds": 600 * KB,
  "webhooks/merchant": 540 * KB,
  // The largest context, whose rules its jobs share: over the bar of performance.md, to be cut.
  "registration/holdings": 560 * KB,
  "jobs/serveSignUps": 640 * KB,
  "jobs/releaseErased": 620 * KB,
  "jobs/offerPlaces": 620 * KB,
  "jobs/remindParticipants": 600 * KB,
  "jobs/markNoShows": 600 * KB,
  "jobs/countEvents": 580 * KB,
  "jobs/importBills": 560 * KB,
  "jobs/eraseAnswers": 560 * KB,
  "approvals/finance": 560 * KB,
  // Every context's contract, to say what an address takes.
  "service/noRoute": 700 * KB,
  // The SDK for SNS.
  "ledger/verifyLedger": 550 * KB,
};

/** The most a function may weigh, in bytes (performance.md). */
const limitOf = (lambda: string): number => limits[lambda] ?? LIMIT;

const isData = (path: string) => path.endsWith(".json");

function reachable(outputs: Outputs, entry: string, lazily: boolean, seen = new Set<string>()): Set<string> {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  for (const { path, kind, external } of outputs[entry]?.imports ?? [])
    if (!external && (lazily || kind !== "dynamic-import")) reachable(outputs, path, lazily, seen);
  return seen;
}

const packageOf = (input: string): string =>
  /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? input.split("/").slice(0, 2).join("/");

function packagesOf(outputs: Outputs, chunks: readonly string[]): [string, number][] {
  const weights = new Map<string, number>();
  for (const chunk of chunks)
    for (const [input, { bytesInOutput }] of Object.entries(outputs[chunk]?.inputs ?? {}))
      weights.set(packageOf(input), (weights.get(packageOf(input)) ?? 0) + bytesInOutput);
  return [...weights].sort(([, a], [, b]) => b - a);
}

/** Weighs the function of each entry point. */
export function sizesOf(outputs: Outputs): FunctionSize[] {
  const weigh = (paths: Iterable<string>) =>
    [...paths].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
  return Object.entries(outputs).flatMap(([path, { entryPoint }]) => {
    if (!entryPoint?.startsWith("functions/")) return [];
    const all = [...reachable(outputs, path, true)];
    const code = all.filter((at) => !isData(at));
    return [
      {
        lambda: entryPoint.replace(/^functions\/|\.ts$/g, ""),
        total: weigh(code),
        atStart: weigh([...reachable(outputs, path, false)].filter((at) => !isData(at))),
        data: weigh(all.filter(isData)),
        packages: packagesOf(outputs, code),
      },
    ];
  });
}

const kb = (bytes: number) => `${(bytes / KB).toFixed(1).padStart(8)} KB`;

/** The sizes as lines to print, and whether every function keeps its limit. */
export function report(sizes: readonly FunctionSize[]): { lines: string[]; kept: boolean } {
  const over = sizes.filter(({ lambda, total }) => total > limitOf(lambda));
  const lines = sizes.map(({ lambda, total, atStart, data }) => {
    const beside = data > 0 ? `, ${kb(data).trim()} of data beside it` : "";
    return `${lambda.padEnd(26)}${kb(total)}  of ${limitOf(lambda) / KB} KB (${kb(atStart).trim()} at start${beside})`;
  });
  const reasons = over.flatMap(({ lambda, packages }) => [
    `${lambda} is over its limit. It holds:`,
    ...packages.slice(0, 25).map(([name, bytes]) => `  ${kb(bytes)}  ${name}`),
  ]);
  return { lines: [...lines, ...reasons], kept: over.length === 0 };
}
