import type { UploadView } from "./contract.ts";
import type { Upload } from "./model.ts";
import { stateAt } from "./rules.ts";

/** An upload as its giver and officials see it. */
export function viewOf(upload: Upload, now: Date): UploadView {
  const { uploadId, purpose, fileName, contentType, sizeBytes, madeAt, openUntil, purgeAt } = upload;
  const { refusedFor, usedBy } = upload;
  const state = stateAt(upload, now) ?? "expired";
  return {
    uploadId,
    purpose,
    state,
    fileName,
    contentType,
    sizeBytes,
    sha256: Buffer.from(upload.sha256, "base64").toString("hex"),
    madeAt,
    ...(state === "waiting" && { expiresAt: openUntil }),
    ...(refusedFor !== undefined && { refusedFor }),
    ...(usedBy !== undefined && { usedBy }),
    ...(state !== "scanning" && { removedAt: purgeAt }),
  };
}
