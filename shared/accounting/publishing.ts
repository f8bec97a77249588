import { readWatermark } from "#shared/ledger/books.ts";
import { fault } from "#shared/ledger/checks.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import { type DailyRoot, dueRoots, keepRoot, rootObject } from "#shared/ledger/roots.ts";
import { getObject, putObject } from "#shared/platform/objects.ts";
import { auditOn, reportFault } from "./audits.ts";

const { db } = ledger;

/** Verified at a time while a day's root waits for it. */
const BUDGET = 20_000;

/** A root is no better than the audit before it: what is new is verified, and the pass over everything ends first. */
async function verifyFirst(): Promise<boolean> {
  for (;;) {
    const { ok, complete } = await auditOn(BUDGET);
    if (!ok || complete) return ok;
  }
}

/** Puts a root where nobody can change it; a different one that stands there already is a fault. */
async function put(root: DailyRoot): Promise<boolean> {
  const key = rootObject(root.date);
  const body = `${JSON.stringify(root)}\n`;
  const stood = await putObject({ bucket: "evidence", key, body, contentType: "application/json" });
  if (stood === "put") return true;
  const standing = await getObject("evidence", key);
  if (standing === body) return true;
  await reportFault(fault("root-differs", `evidence/${key}`, body.trim(), standing?.trim()));
  return false;
}

/** Publishes the roots of all days that are over and have none. Answers those it published. */
export async function publishRoots(): Promise<DailyRoot[]> {
  const until = (await readWatermark(db))?.until ?? "";
  const published: DailyRoot[] = [];
  let verified = false;
  for await (const root of dueRoots(db, until)) {
    verified ||= await verifyFirst();
    if (!verified || !(await put(root))) break;
    await keepRoot(db, root);
    published.push(root);
  }
  return published;
}
