import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Plugin } from "esbuild";
import { type FunctionSize, type Outputs, report, sizesOf } from "./bundling/sizes.ts";
import { lambdas } from "./lambdas.ts";
import { permissionsOf } from "./permissions.ts";

const root = resolve(import.meta.dirname, "..");

/** The one asset of every function. The handler of a function is `functions/<lambda>.handler` in it. */
export interface Bundle {
  directory: string;
  /** Of the contents: the same sources give the same hash on any machine. */
  hash: string;
  sizes: FunctionSize[];
  gzippedBytes: number;
}

/** The API's description stays JSON: Node reads it faster so than as a program, and it grows with every operation. */
const openApiAsData: Plugin = {
  name: "openapi-as-data",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]docs[\\/]openapi\.json$/ }, async ({ path }) => ({
      contents: JSON.stringify(JSON.parse(await readFile(path, "utf8"))),
      loader: "copy",
    }));
  },
};

const compile = (outdir: string, of: readonly string[]) =>
  build({
    absWorkingDir: root,
    entryPoints: of.map((lambda) => ({ in: `functions/${lambda}.ts`, out: `functions/${lambda}` })),
    outdir,
    chunkNames: "chunks/[hash]",
    assetNames: "data/[name]-[hash]",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    minify: true,
    legalComments: "none",
    sourcemap: "external",
    metafile: true,
    write: false,
    logLevel: "warning",
    alias: {
      "@aws-sdk/credential-provider-node": join(import.meta.dirname, "bundling/environmentCredentials.ts"),
      "whatwg-url": join(import.meta.dirname, "bundling/whatwgUrl.ts"),
    },
    // Packages in CommonJS (the Encryption SDK's) call require, which a module does not have.
    banner: {
      js: `import{createRequire as requireFrom}from"node:module";const require=requireFrom(import.meta.url);`,
    },
    plugins: [openApiAsData],
  });

/**
 * Functions that are bundled together: what two of them share is one chunk. Those that use S3 or SNS are apart, because
 * their protocols lie in modules that every client shares, and all functions would load them.
 */
const groups = (): string[][] => {
  const { apart = [], others = [] } = Object.groupBy(lambdas, (lambda) => {
    const { objects, tells } = permissionsOf(lambda);
    return objects || tells ? "apart" : "others";
  });
  return [apart, others].filter((group) => group.length > 0);
};

/**
 * Bundles every function into `outdir`, which is emptied first. Source maps go to `<outdir>.maps`: they are for reading
 * traces and are not deployed.
 */
export async function bundle(outdir: string): Promise<Bundle> {
  const directory = resolve(outdir);
  const maps = `${directory}.maps`;
  const compiled = await Promise.all(groups().map((group) => compile(directory, group)));
  const outputFiles = new Map(compiled.flatMap((of) => of.outputFiles.map((file) => [file.path, file])));
  const outputs = Object.assign({}, ...compiled.map(({ metafile }) => metafile.outputs)) as Outputs;
  await Promise.all([directory, maps].map((path) => rm(path, { recursive: true, force: true })));
  const hash = createHash("sha256");
  let gzippedBytes = 0;
  const files = [...outputFiles.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  for (const { path, contents } of files) {
    const isMap = path.endsWith(".map");
    const target = isMap ? join(maps, relative(directory, path)) : path;
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, contents);
    if (isMap) continue;
    hash.update(relative(directory, path)).update(contents);
    gzippedBytes += gzipSync(contents).byteLength;
  }
  await addDocs(directory, hash);
  return { directory, hash: hash.digest("hex"), sizes: sizesOf(outputs), gzippedBytes };
}

/** The page of `GET /docs`, when it was rendered; see docs/page.ts. */
async function addDocs(directory: string, hash: ReturnType<typeof createHash>): Promise<void> {
  const page = join(root, "dist/docs.html");
  if (!existsSync(page)) return;
  hash.update(await readFile(page));
  await copyFile(page, join(directory, "docs.html"));
}

/** Where the bundle is made unless somebody asks for another place. */
export const defaultDirectory = join(root, "dist/lambda");

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { sizes, gzippedBytes } = await bundle(defaultDirectory);
  const { lines, kept } = report(sizes);
  console.log([...lines, `all functions, gzipped: ${(gzippedBytes / 1024).toFixed(1)} KB`].join("\n"));
  if (!kept) process.exitCode = 1;
}
