import { createHash } from "node:crypto";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { published } from "../events.ts";
import { read, type Scene, signUpInput } from "../scene.ts";
import { eventually } from "../walk.ts";

/** Tries one number after the other until SHA-256 of nonce and number begins with so many zero bits. */
export function solve({ nonce, bits }: { nonce: string; bits: number }): string {
  for (let tried = 0; ; tried += 1) {
    const digest = createHash("sha256").update(`${nonce}${tried}`).digest();
    if (digest.readUInt32BE(0) >>> (32 - bits) === 0) return String(tried);
  }
}

/** A sign-up in a rush: a token with its challenge, a ticket, and its result. */
export async function rush({ service, walk, organiser, me, someone }: Scene): Promise<void> {
  walk.chapter("开抢：排队凭证和查询凭证", "A rush: queue token and ticket");
  const of = { mode: "queued", requiresQueueToken: true, groups: [{ name: "夜跑", capacity: 1 }] } as const;
  const event = await published(service, organiser, { ...of, groups: [...of.groups] });
  const { queueToken, challenge = { nonce: "", bits: 0 } } = await walk.granted(
    ["领取排队凭证", "a queue token"],
    me,
    registrationRoutes.createQueueToken,
    { path: event.path },
    { expiresAt: /Z$/, challenge: { bits: 16 } },
  );
  await walk.refused(
    ["没有凭证", "without a token"],
    me,
    registrationRoutes.signUp,
    signUpInput(event),
    "403 queue-token-invalid",
  );
  await walk.refused(
    ["验证计算不对", "with a wrong solution"],
    me,
    registrationRoutes.signUp,
    signUpInput(event, { queueToken }),
    "422 challenge-failed",
  );
  const queued = await walk.granted(
    ["排上队，可以离开页面", "in line: the page may be closed"],
    me,
    registrationRoutes.signUp,
    signUpInput(event, { queueToken, solution: solve(challenge) }),
    { status: "queued", ticket: /./ },
  );
  const { registrationId } = queued;
  const ticket = "ticket" in queued ? queued.ticket : "";
  const result = async () => {
    const asked = { path: { registrationId }, query: { ticket } };
    const { body } = await me(registrationRoutes.getRegistration, asked);
    return (body as { status?: string }).status;
  };
  const status = await eventually(result, (seen) => seen !== "queued");
  walk.see(["凭查询凭证看结果", "the ticket tells the result"], { status }, { status: "confirmed" });
  const late = await someone("赵先生");
  await walk.refused(
    ["别人的查询凭证看不到我的结果", "the ticket shows it to nobody else"],
    late.call,
    registrationRoutes.getRegistration,
    { path: { registrationId }, query: { ticket } },
    "404 not-found",
  );
  const stands = await read(me, registrationId);
  walk.see(["不用凭证也能查", "and it is read without one"], stands, { status: "confirmed" });
}
