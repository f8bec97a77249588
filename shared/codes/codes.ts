import { randomInt } from "node:crypto";
import type { Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { log } from "#shared/platform/logger.ts";
import { tellOnCall } from "#shared/platform/page.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { reference, secret } from "#shared/platform/secrets.ts";
import { businessDate, type Instant, startOfBusinessDay } from "#shared/platform/time.ts";
import { codes as policies } from "#shared/policies/definitions/codes.ts";
import { policy } from "#shared/policies/reading.ts";
import { codeProblems } from "./problems.ts";
import { type CodeKind, makeCode, readCode, STEP_SECONDS, stepOf } from "./token.ts";

/** One code and the half minute for which it is shown. */
export interface ShownCode {
  code: string;
  validFrom: Instant;
  validTo: Instant;
}

/** Codes for the next ten minutes, fetched at once: gyms are in basements without a signal. */
const AHEAD = 20;

const at = (step: number): Instant => new Date(step * STEP_SECONDS * 1_000).toISOString();

/** The codes of an object from now on. Whether its owner may show them is the caller's to decide. */
export async function codesOf(kind: CodeKind, id: string, now: Date): Promise<ShownCode[]> {
  const key = await secret("codes");
  const first = stepOf(now);
  return Array.from({ length: AHEAD }, (_, ahead) => {
    const step = first + ahead;
    return { code: makeCode(key, { kind, id, step }), validFrom: at(step), validTo: at(step + 1) };
  });
}

/** What a till scanned. The step is kept by whoever accepts it, so that no code is used twice. */
export interface Scanned {
  kind: CodeKind;
  id: string;
  step?: number;
  /** Uses up a number that was sent by text message, in the write of its use. */
  parts: readonly Part[];
}

const DAY_SECONDS = 86_400;
const lockKey = (merchant: string) => ({ pk: `TILL-LOCK#${merchant}`, sk: "LOCK" });
const seconds = (instant: Date): number => Math.floor(instant.getTime() / 1_000);

async function refuseLocked(merchant: string, now: Date): Promise<void> {
  const lock = await dynamo.get({ table: "operations", key: lockKey(merchant), consistent: true });
  if (lock && String(lock["until"]) > now.toISOString()) throw new Refusal(codeProblems.tillLocked);
}

/** No till is worked until the end of the day, and the people on call know of it. */
async function lock(merchant: string, failures: number, now: Date): Promise<void> {
  const tomorrow = businessDate(new Date(now.getTime() + DAY_SECONDS * 1_000));
  const until = startOfBusinessDay(tomorrow);
  await dynamo.writeHints("operations", [{ ...lockKey(merchant), until, failures }], []);
  log("till-locked", { merchant, failures });
  await tellOnCall({
    subject: "Leyun: a merchant's tills are locked, somebody guesses codes",
    text: `${merchant} scanned ${failures} codes today that are none. Locked until ${until}.\nRunbook: docs/runbooks/till-locked.md`,
  });
}

/** Counts a text that was no code. Refuses `rate-limited` after some, `till-locked` after many. */
async function countFailure(merchant: string, now: Date): Promise<void> {
  const { value } = await policy(policies.guessing);
  const window = Math.floor(seconds(now) / (value.minutes * 60));
  const key = { pk: `GUESSES#${merchant}#${window}`, sk: "COUNT" };
  const today = { pk: `GUESSES#${merchant}#${businessDate(now)}`, sk: "COUNT" };
  const [recent, all] = await Promise.all([
    dynamo.count("operations", key, seconds(now) + 2 * value.minutes * 60),
    dynamo.count("operations", today, seconds(now) + 2 * DAY_SECONDS),
  ]);
  if (all === value.lockAfter) await lock(merchant, all, now);
  if (all >= value.lockAfter) throw new Refusal(codeProblems.tillLocked);
  if (recent <= value.failures) return;
  const retryAfterSeconds = (window + 1) * value.minutes * 60 - seconds(now);
  throw new Refusal(problems.rateLimited, { retryAfterSeconds });
}

/**
 * Reads what a merchant's till scanned: a rotating code, or a number that was sent by text message to be used here.
 * Refuses `code-invalid` for all that is neither, `code-expired`, `rate-limited` and `till-locked`.
 */
export async function scan(typed: string, merchant: string, now: Date): Promise<Scanned> {
  await refuseLocked(merchant, now);
  const texted = /^\s*(\d{8})\s*$/.exec(typed.normalize("NFKC"))?.[1];
  const found = texted === undefined ? await scanCode(typed, now) : await scanNumber(texted, merchant, now);
  if (found) return found;
  await countFailure(merchant, now);
  throw new Refusal(codeProblems.codeInvalid);
}

async function scanCode(typed: string, now: Date): Promise<Scanned | undefined> {
  const read = readCode(await secret("codes"), typed, now);
  if (!read) return undefined;
  if (!read.fresh) throw new Refusal(codeProblems.codeExpired);
  const { kind, id, step } = read;
  return { kind, id, step, parts: [] };
}

const numberKey = async (number: string, merchant: string) => {
  const name = await reference("texted-number", merchant, number);
  return { pk: `NUMBER#${name.subarray(0, 16).toString("base64url")}`, sk: "NUMBER" };
};

async function scanNumber(number: string, merchant: string, now: Date): Promise<Scanned | undefined> {
  const key = await numberKey(number, merchant);
  const item = await dynamo.get({ table: "operations", key, consistent: true });
  if (!item || item["used"] === true) return undefined;
  if (String(item["until"]) <= now.toISOString()) throw new Refusal(codeProblems.codeExpired);
  const use: Part = {
    table: "operations",
    write: {
      Update: {
        Key: key,
        UpdateExpression: "SET used = :yes",
        ConditionExpression: "used = :no",
        ExpressionAttributeValues: { ":yes": true, ":no": false },
      },
    },
    refused: () => new Refusal(codeProblems.codeInvalid),
  };
  return { kind: item["kind"] as CodeKind, id: String(item["id"]), parts: [use] };
}

const DRAWS = 5;

/**
 * A number of eight digits for a phone that shows no codes: good once, for minutes, at one merchant. Whoever sends it
 * writes the part; the number itself is kept nowhere.
 */
export async function textedNumber(
  kind: CodeKind,
  id: string,
  merchant: string,
  now: Date,
): Promise<{ number: string; until: Instant; part: Part }> {
  const { value } = await policy(policies.textedNumber);
  const until = new Date(now.getTime() + value.minutes * 60_000).toISOString();
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const number = String(randomInt(100_000_000)).padStart(8, "0");
    const key = await numberKey(number, merchant);
    const standing = await dynamo.get({ table: "operations", key, consistent: true });
    if (standing && standing["used"] === false && String(standing["until"]) > now.toISOString()) continue;
    const expiresAt = seconds(now) + DAY_SECONDS;
    const Item = { ...key, kind, id, until, used: false, expiresAt };
    return { number, until, part: { table: "operations", write: { Put: { Item } } } };
  }
  throw new Error("no number of eight digits is free");
}
