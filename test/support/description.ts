import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import type { WireRequest, WireResponse } from "#local/gateway.ts";

interface Described {
  responses: Record<string, { content?: Record<string, unknown> }>;
}

const file = new URL("../../docs/openapi.json", import.meta.url);
const description = JSON.parse(readFileSync(file, "utf8")) as {
  paths: Record<string, Record<string, Described>>;
};

const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(description as object, "openapi.json");

const pointed = (part: string) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));
const addresses = Object.keys(description.paths).map((path) => ({
  path,
  pattern: new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`),
}));

/**
 * Throws unless the exchange is as docs/openapi.json says: the status is listed for the operation, and the body fits
 * the schema of its media type. Every exchange of every integration test goes through it.
 */
export function holdToDescription(request: WireRequest, response: WireResponse): void {
  const target = request.target.split("?")[0] ?? "";
  const path = addresses.find(({ pattern }) => pattern.test(target))?.path ?? "";
  const method = request.method.toLowerCase();
  const operation = description.paths[path]?.[method];
  if (!operation) return;
  const status = String(response.status);
  const said = `${request.method} ${path} -> ${status}`;
  const listed = operation.responses[status];
  if (!listed) throw new Error(`${said} is not described: ${response.body}`);
  // Who has it already is sent nothing.
  if (!listed.content && response.body === "") return;
  const media = (response.headers["content-type"] ?? "").split(";")[0] ?? "";
  if (!listed.content?.[media]) throw new Error(`${said} of type ${media} is not described`);
  if (!media.includes("json")) return;
  const parts = ["paths", path, method, "responses", status, "content", media, "schema"]
    .map(pointed)
    .join("/");
  const validate = ajv.getSchema(`openapi.json#/${parts}`);
  if (!validate) throw new Error(`${said} has no schema`);
  const body: unknown = JSON.parse(response.body);
  if (!validate(body)) throw new Error(`${said}: ${ajv.errorsText(validate.errors)} in ${response.body}`);
}
