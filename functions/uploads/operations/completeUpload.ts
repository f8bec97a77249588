import { operation } from "#shared/platform/operation.ts";
import { complete } from "#shared/uploads/completing.ts";
import { uploadRoutes } from "#shared/uploads/contract.ts";
import { viewOf } from "#shared/uploads/views.ts";

/** The file was put: it is held against what was announced, and searched for malware. */
export const completeUpload = operation(uploadRoutes.completeUpload)(async ({ caller, path, now, key }) => ({
  status: 200,
  body: viewOf(await complete(path.uploadId, { caller, now, key }), now),
}));
