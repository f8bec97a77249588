import { actorOf } from "#shared/audit/actor.ts";
import { noteSeen } from "#shared/audit/log.ts";
import type { Caller } from "#shared/platform/caller.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import type { UploadView } from "./contract.ts";
import { purposeNamed } from "./purposes.ts";
import { findUpload } from "./store.ts";
import { uploadLink } from "./using.ts";
import { viewOf } from "./views.ts";

/**
 * An upload as whoever asks may see it: one's own, or as an official anybody's. A file's name may tell of a person as
 * its content does, so an official's look at another's is noted before. Links are for officials.
 */
export async function shownUpload(
  uploadId: string,
  withLink: boolean,
  caller: Caller,
  now: Date,
): Promise<UploadView> {
  const official = caller.roles.some((role) => role === "finance" || role === "admin");
  const upload = await findUpload(uploadId);
  const own = upload?.owner === (await actorOf(caller));
  if (!upload || upload.state === "gone" || !(own || official)) throw new Refusal(problems.notFound);
  if (withLink && !official) throw new Refusal(problems.forbidden);
  if (withLink) return { ...viewOf(upload, now), link: await uploadLink(upload, caller, now) };
  const { purpose } = upload;
  if (!own && purposeNamed(purpose).personal)
    await noteSeen(caller, { action: "getUpload", subject: uploadId, facts: { purpose } }, now);
  return viewOf(upload, now);
}
