import type { Part } from "#shared/platform/database.ts";
import { attachUpload, uploadedFile } from "#shared/uploads/attaching.ts";
import type { MerchantInput } from "./model.ts";

/**
 * The documents that an application names: the applicant's own, checked, and used by this merchant from then on.
 * Refuses what {@link uploadedFile} refuses.
 */
export async function planDocuments(
  { licenceUploadId, leaseUploadId }: MerchantInput,
  { merchantId, actor: by, now }: { merchantId: string; actor: string; now: Date },
): Promise<Part[]> {
  const named = [
    ["licence", licenceUploadId],
    ["lease", leaseUploadId],
  ] as const;
  const parts: Part[] = [];
  for (const [purpose, uploadId] of named)
    if (uploadId !== undefined)
      parts.push(attachUpload(await uploadedFile(uploadId, { purpose, by, now }), merchantId, now));
  return parts;
}
