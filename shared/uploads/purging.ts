import { deleteObject } from "#shared/platform/objects.ts";
import { forget, listDue, takeAway } from "./store.ts";

/**
 * Removes the files whose time is over: those that nothing used, those that were refused or never came, and those that
 * were kept for as long as they must be. An upload is taken away first, so that nobody begins to use a file that is
 * being deleted; a run that died goes on where it was.
 */
export async function purge(now: Date): Promise<{ removed: number; failures: unknown[] }> {
  let removed = 0;
  const failures: unknown[] = [];
  for await (const upload of listDue(now)) {
    try {
      if (!(await takeAway(upload))) continue;
      await deleteObject({ bucket: "uploads", key: upload.object });
      await forget(upload);
      removed += 1;
    } catch (error) {
      failures.push(error);
    }
  }
  return { removed, failures };
}
