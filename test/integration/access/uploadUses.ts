import { expect } from "vitest";
import { runJob } from "#local/localRoutes.ts";
import { finance } from "../../support/ledger.ts";
import { good, refused, type TestService } from "../../support/service.ts";
import { arrived, complete, inScan, look, pdf, scannedAs, uploaded } from "../../support/uploads.ts";

/** How the functions of uploads use what no single call of a route needs. */
export function uploadUses(service: () => TestService): [string, () => Promise<void>][] {
  const merchant = () => service().as("uploads-merchant", ["merchant"]);
  const run = async (job: string) => expect([job, await runJob(job)]).toEqual([job, true]);
  return [
    [
      "a file that is not what was announced, and is deleted",
      async () => {
        const { uploadId } = await arrived(merchant(), pdf(), { contentType: "image/png" });
        expect(await refused(complete(merchant(), uploadId))).toBe("422 upload-mismatch");
      },
    ],
    [
      "a file of which an official asks for a link",
      async () => {
        const { uploadId } = await uploaded(merchant());
        expect(await good(look(finance(service()), uploadId, { link: "true" }))).toHaveProperty("link");
      },
    ],
    [
      "a file that the scanner looks at later, and one that nothing uses",
      async () => {
        const { uploadId } = await inScan(merchant());
        await scannedAs(uploadId, "NO_THREATS_FOUND");
        await run("settleUploads");
        expect(await good(look(merchant(), uploadId))).toMatchObject({ state: "ready" });
        service().clock.advance(25 * 3_600);
        await run("purgeUploads");
        expect(await refused(look(merchant(), uploadId))).toBe("404 not-found");
      },
    ],
  ];
}
