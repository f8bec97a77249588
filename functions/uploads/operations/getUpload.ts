import { operation } from "#shared/platform/operation.ts";
import { uploadRoutes } from "#shared/uploads/contract.ts";
import { shownUpload } from "#shared/uploads/showing.ts";

/** How far an upload is; to officials anybody's, with a link if they ask, and the audit log keeps what they saw. */
export const getUpload = operation(uploadRoutes.getUpload)(async ({ caller, path, query, now }) => ({
  status: 200,
  body: await shownUpload(path.uploadId, query.link === true, caller, now),
}));
