import { dynamo } from "#shared/platform/dynamo.ts";
import { attachUpload } from "#shared/uploads/attaching.ts";
import { findUpload } from "#shared/uploads/store.ts";
import { finance } from "#test/support/ledger.ts";
import { good } from "#test/support/service.ts";
import {
  arrived,
  begin,
  complete,
  inScan,
  look,
  pdf,
  put,
  scannedAs,
  unscanned,
} from "#test/support/uploads.ts";
import { type CostSheet, cameOf, deliver } from "../sheet.ts";
import { tick } from "./jobs.ts";

const settling = () => deliver("jobs/settleUploads", [tick("settleUploads")]);
const purging = () => deliver("jobs/purgeUploads", [tick("purgeUploads")]);

/** Files that people give, from the address to which they are put until they are removed. */
export async function uploadCases(sheet: CostSheet): Promise<void> {
  const me = sheet.service.as("uploads-1", ["citizen"]);
  const begun = await good(sheet.costs("createUpload", "rules to be read", "201", () => begin(me, pdf())));
  const { uploadId } = begun;
  await sheet.costsAtOnce("createUpload", "rules known", "201", () => begin(me, pdf()));
  await sheet.costs("createUpload", "of a type that is not taken", "422 upload-type-not-allowed", () =>
    begin(me, pdf(), { contentType: "text/csv" }),
  );
  const key = crypto.randomUUID();
  const completing = () => complete(me, uploadId, key);
  await sheet.costs("completeUpload", "without its file", "409 upload-missing", completing);
  await put(begun, pdf());
  await unscanned(uploadId);
  await sheet.costs("completeUpload", "not scanned yet", "200", completing);
  await sheet.costs("completeUpload", "not scanned yet, repeated", "200", completing);
  const scanned = await arrived(me, pdf());
  await sheet.costs("completeUpload", "scanned already", "200", () => complete(me, scanned.uploadId));
  const other = await arrived(me, pdf(), { contentType: "image/png" });
  await sheet.costs("completeUpload", "another file", "422 upload-mismatch", () =>
    complete(me, other.uploadId),
  );
  await sheet.costs("getUpload", "one's own", "200", () => look(me, uploadId));
  await sheet.costs("getUpload", "another's, with a link", "200", () =>
    look(finance(sheet.service), scanned.uploadId, { link: "true" }),
  );
  await removalCases(sheet, [uploadId, (await inScan(me)).uploadId], scanned.uploadId);
}

async function removalCases(sheet: CostSheet, waiting: readonly string[], ready: string): Promise<void> {
  await sheet.costs("jobs/settleUploads", "2 uploads, none scanned", "200", settling);
  for (const uploadId of waiting) await scannedAs(uploadId, "NO_THREATS_FOUND");
  await sheet.costs("jobs/settleUploads", "2 uploads, both clean", "200", settling);
  await sheet.costs("jobs/settleUploads", "nothing to settle", "200", settling);
  const upload = await findUpload(ready);
  if (!upload) throw new Error("not kept");
  await sheet.costs("uploads/attachUpload", "in the write of what uses it", "200", () =>
    cameOf(() => dynamo.commit([attachUpload(upload, "dsp_1", sheet.now)])),
  );
  await sheet.costs("jobs/purgeUploads", "nothing to remove", "200", purging);
  sheet.later(25 * 3_600);
  // Two that are ready, one that was refused, and one whose file never came.
  await sheet.costs("jobs/purgeUploads", "4 uploads that nothing used", "200", purging);
}
