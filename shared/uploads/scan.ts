import { Unavailable } from "#shared/platform/database.ts";
import { type ObjectKey, objectTags } from "#shared/platform/objects.ts";

/** What is known of malware in a file. */
export type Verdict =
  | { verdict: "clean" }
  | { verdict: "infected"; name: string }
  /** It cannot be looked into: it is encrypted, or packed too deeply. */
  | { verdict: "unscannable" }
  /** Nobody has looked yet. */
  | { verdict: "pending" };

/** Tags on the object, by whoever scans the bucket; the first is GuardDuty's own. */
const STATUS = "GuardDutyMalwareScanStatus";
const NAME = "MalwareName";

/**
 * What the scanner of the bucket found. It works by itself on whatever is put under `incoming/` and leaves its verdict
 * in the object's tags, which nobody who puts a file can set: S3 takes no header that the address was not signed with.
 * In the partition `aws` it is GuardDuty Malware Protection for S3, which AWS China does not have; there it is a
 * function with an engine that writes the same tags, on one machine local/parts/malware.ts (docs/adr/0013-uploads.md).
 * Throws {@link Unavailable} when the scanner could not do its work.
 */
export async function scan(object: ObjectKey): Promise<Verdict> {
  const { [STATUS]: status, [NAME]: name = "unnamed" } = (await objectTags(object)) ?? {};
  switch (status) {
    case undefined:
      return { verdict: "pending" };
    case "NO_THREATS_FOUND":
      return { verdict: "clean" };
    case "THREATS_FOUND":
      return { verdict: "infected", name };
    case "UNSUPPORTED":
      return { verdict: "unscannable" };
    default:
      throw new Unavailable(`the scanner says ${status}`);
  }
}
