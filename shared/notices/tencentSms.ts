import * as z from "zod";
import { clock } from "#shared/platform/clock.ts";
import { Unavailable } from "#shared/platform/database.ts";
import { log } from "#shared/platform/logger.ts";
import { connection, type SmsCredentials, smsCredentials } from "./credentials.ts";
import type { Message, Outcome, Receipt, Sender } from "./port.ts";
import { ProviderSaidNo, refused } from "./refusals.ts";
import { meaningOf } from "./tencentCodes.ts";

/** A question and a message together end within ten seconds. */
const ANSWERS_WITHIN_MS = 4_000;
/** Statuses in one answer, at most. */
const AT_ONCE = 100;
/** Answers that one run reads; what is left is there for the next. */
const PULLS = 10;
/** For so long Tencent answers for what was sent to a number; a little less, since its clock is not ours. */
const ASKED_BACK_MS = 7 * 86_400_000 - 600_000;
const CLOCKS_APART_MS = 60_000;

const Sent = z.object({
  SendStatusSet: z.array(z.object({ Code: z.string(), SerialNo: z.string().default("") })).min(1),
});
const Statuses = z.object({
  PullSmsSendStatusSet: z
    .array(
      z.object({
        SerialNo: z.string().default(""),
        /** `SUCCESS` or `FAIL`; nothing until the carrier has said so. */
        ReportStatus: z.string().default(""),
        SessionContext: z.string().default(""),
      }),
    )
    .nullish()
    .transform((set) => set ?? []),
});
type Status = z.infer<typeof Statuses>["PullSmsSendStatusSet"][number];

/** What the SDK throws for an answer that is a refusal. Everything else that it throws leaves the outcome unknown. */
const SaidNo = z.object({ code: z.string().min(1), requestId: z.string().min(1) });

/** A number of a profile in E.164: those of the mainland stand there without their country. */
const e164 = (phone: string): string => (phone.startsWith("+") ? phone : `+86${phone}`);

function becameOf({ ReportStatus }: Status): Receipt["state"] | undefined {
  if (ReportStatus === "SUCCESS") return "delivered";
  return ReportStatus === "FAIL" ? "failed" : undefined;
}

/** Sends through Tencent Cloud. No error carries a number, a key or what Tencent wrote beside its code. */
export function createTencentSms(
  credentials: SmsCredentials,
  { timeoutMs = ANSWERS_WITHIN_MS }: { timeoutMs?: number } = {},
): Pick<Sender, "send" | "receipts"> {
  const { secretId, secretKey, region, sdkAppId: SmsSdkAppId, signName: SignName } = credentials;
  const { host: endpoint, protocol } = new URL(credentials.baseUrl);

  async function connect() {
    // Half as large as everything else here, and of no use where the channel is not connected.
    const { Client } = await import("./tencentSdk.ts");
    const httpProfile = { endpoint, protocol: `${protocol}//` };
    return new Client({ credential: { secretId, secretKey }, region, profile: { httpProfile } });
  }
  let client: ReturnType<typeof connect> | undefined;

  async function ask<Schema extends z.ZodType>(
    schema: Schema,
    action: string,
    request: object,
  ): Promise<z.infer<Schema>> {
    client ??= connect();
    const tencent = await client;
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      return schema.parse(await tencent.request(action, { SmsSdkAppId, ...request }, { signal }));
    } catch (error) {
      const said = SaidNo.safeParse(error);
      if (said.success) throw new ProviderSaidNo(said.data.code);
      throw new Unavailable("the provider of text messages did not answer");
    }
  }

  /** What became of a message that may have been sent before; `undefined` when nothing is known of it. */
  async function found(number: string, outId: string, since: string): Promise<Outcome | undefined> {
    const from = Math.max(Date.parse(since) - CLOCKS_APART_MS, clock.now().getTime() - ASKED_BACK_MS);
    const { PullSmsSendStatusSet: statuses } = await ask(Statuses, "PullSmsSendStatusByPhoneNumber", {
      PhoneNumber: number,
      BeginTime: Math.floor(from / 1_000),
      Offset: 0,
      Limit: AT_ONCE,
    });
    const of = statuses.filter(({ SessionContext }) => SessionContext === outId);
    const status = of.find((one) => becameOf(one) === "delivered") ?? of[0];
    if (!status) return undefined;
    const became = becameOf(status);
    return { outcome: "accepted", providerId: status.SerialNo, ...(became && { became }) };
  }

  async function handOver(number: string, { template, parameters, outId }: Message): Promise<Outcome> {
    const { SendStatusSet } = await ask(Sent, "SendSms", {
      PhoneNumberSet: [number],
      SignName,
      TemplateId: template,
      // Tencent's templates number their variables, in the order in which ours names them.
      TemplateParamSet: Object.values(parameters),
      SessionContext: outId,
    });
    const { Code, SerialNo } = SendStatusSet[0] as (typeof SendStatusSet)[number];
    if (Code === "Ok") return { outcome: "accepted", providerId: SerialNo };
    throw new ProviderSaidNo(Code);
  }

  return {
    /**
     * Tencent takes a message twice that is sent twice: nothing of ours makes it one. So a message that may have been
     * sent is asked for before it is sent again; where that question is not answered, it is not sent. Tencent answers
     * only for what the carrier has reported on. What remains is a message that went out without an answer and of which
     * the carrier says nothing for a minute: it comes a second time. Before a third, five minutes have passed.
     */
    async send(message) {
      const number = e164(message.to);
      const { outId, since } = message;
      // That the question was refused says nothing of the message, which is not sent then.
      const known = since === undefined ? undefined : await found(number, outId, since);
      if (known) return known;
      try {
        return await handOver(number, message);
      } catch (error) {
        if (!(error instanceof ProviderSaidNo)) throw error;
        const means = meaningOf(error.code);
        if (means === "unknown") throw new Unavailable("the provider of text messages does not know");
        return refused("sms", error.code, means);
      }
    },

    /** Tencent hands each status out once. So one that could not be taken holds up no other, and is told in the end. */
    async receipts(take) {
      const failures: unknown[] = [];
      let nameless = 0;
      for (let pull = 0; pull < PULLS; pull += 1) {
        const { PullSmsSendStatusSet: statuses } = await ask(Statuses, "PullSmsSendStatus", {
          Limit: AT_ONCE,
        });
        for (const status of statuses) {
          const state = becameOf(status);
          if (status.SessionContext === "") nameless += 1;
          else if (state)
            await take({ outId: status.SessionContext, state }).catch((error) => failures.push(error));
        }
        if (statuses.length < AT_ONCE) break;
      }
      if (nameless > 0) log("receipts-nameless", { channel: "sms", receipts: nameless });
      if (failures.length > 0) throw failures[0];
    },
  };
}

const connected = connection("sms", smsCredentials, (credentials) => createTencentSms(credentials));

/** Text messages through Tencent Cloud, with the credentials that are sealed under `sms`. */
export const tencentSms: Sender = {
  addressOf: ({ phone }) => phone,
  send: async (message) => (await connected()).send(message),
  receipts: async (take) => (await connected()).receipts(take),
};
