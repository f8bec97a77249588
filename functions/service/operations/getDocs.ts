import { readFile } from "node:fs/promises";
import { env } from "#shared/platform/env.ts";
import { operation } from "#shared/platform/operation.ts";
import { serviceRoutes } from "#shared/service/contract.ts";

let page: Promise<string> | undefined;

/** The page holds its scripts and styles and may reach nothing else. */
const policy =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; font-src data:; " +
  "worker-src blob:; base-uri 'none'; frame-ancestors 'none'";

/** The API's description as a page, rendered when the service is built. */
export const getDocs = operation(serviceRoutes.getDocs)(async () => {
  page ??= readFile(env().DOCS_PAGE, "utf8");
  return {
    status: 200,
    body: await page,
    headers: {
      "cache-control": "public, max-age=300",
      "content-security-policy": policy,
    },
  };
});
