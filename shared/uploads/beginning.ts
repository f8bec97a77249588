import type * as z from "zod";
import { actorOf } from "#shared/audit/actor.ts";
import type { Caller } from "#shared/platform/caller.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { newId } from "#shared/platform/ids.ts";
import { uploadUrl } from "#shared/platform/objects.ts";
import { uploads as policies } from "#shared/policies/definitions/uploads.ts";
import { policy } from "#shared/policies/reading.ts";
import type { uploadRoutes } from "./contract.ts";
import { purposeNamed } from "./purposes.ts";
import { begun } from "./rules.ts";
import { planBegun } from "./store.ts";

type Asked = z.output<typeof uploadRoutes.createUpload.request.body>;
type Answer = z.input<(typeof uploadRoutes.createUpload.responses)[201]>;

/** Begins an upload by the rules of the day, and signs the address to which its file can be put. */
export async function begin(asked: Asked, caller: Caller, now: Date): Promise<Answer> {
  const [limits, times] = await Promise.all([
    policy(purposeNamed(asked.purpose).limits),
    policy(policies.times),
  ]);
  const by = { uploadId: newId("upl"), owner: await actorOf(caller), roles: caller.roles, now };
  const upload = begun(asked, { ...limits.value, ...times.value }, by);
  const seconds = times.value.linkMinutes * 60;
  const { url, headers } = await uploadUrl({
    bucket: "uploads",
    key: upload.object,
    expected: upload,
    seconds,
    at: now,
  });
  await dynamo.commit([planBegun(upload)]);
  return { uploadId: upload.uploadId, method: "PUT", url, headers, expiresAt: upload.openUntil };
}
