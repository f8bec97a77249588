import * as z from "zod";
import { clock } from "#shared/platform/clock.ts";
import { Unavailable } from "#shared/platform/database.ts";
import { connection, type WechatCredentials, wechatCredentials } from "./credentials.ts";
import type { Message, Sender } from "./port.ts";
import { ProviderSaidNo, refused } from "./refusals.ts";
import { isStale, meaningOf } from "./wechatCodes.ts";

/** For everything that one message asks of WeChat: two tokens and two sendings at most. */
const ANSWERS_WITHIN_MS = 8_000;
/** WeChat renews a token five minutes before its end, and takes both meanwhile. */
const RENEWED_BEFORE_MS = 60_000;

const Said = z.object({ errcode: z.number().int().default(0) });
const Token = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** Sends a mini program's subscription messages. No error carries an openid, a token or a secret. */
export function createWechatMessages(
  { baseUrl, appId, appSecret, page }: WechatCredentials,
  { timeoutMs = ANSWERS_WITHIN_MS }: { timeoutMs?: number } = {},
): Pick<Sender, "send"> {
  async function ask<Schema extends z.ZodType>(
    schema: Schema,
    path: string,
    body: object,
    signal: AbortSignal,
  ): Promise<z.infer<Schema>> {
    const unknown = () => new Unavailable("WeChat did not answer");
    let answer: unknown;
    try {
      const response = await fetch(new URL(path, baseUrl), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        redirect: "error",
        signal,
      });
      if (response.status !== 200) throw unknown();
      answer = await response.json();
    } catch {
      // The cause would repeat the address, and the address holds the token.
      throw unknown();
    }
    const said = Said.safeParse(answer);
    if (said.success && said.data.errcode !== 0) throw new ProviderSaidNo(said.data.errcode);
    const read = schema.safeParse(answer);
    if (!read.success) throw unknown();
    return read.data;
  }

  let kept: { value: string; until: number } | undefined;

  /** A token in force, and not the one that was just refused. Whoever asks while one is in force is given that one. */
  async function token(signal: AbortSignal, stale?: string): Promise<string> {
    const now = clock.now().getTime();
    if (kept && kept.value !== stale && kept.until > now) return kept.value;
    const asked = { grant_type: "client_credential", appid: appId, secret: appSecret };
    const { access_token: value, expires_in } = await ask(Token, "/cgi-bin/stable_token", asked, signal);
    kept = { value, until: now + expires_in * 1_000 - RENEWED_BEFORE_MS };
    return value;
  }

  async function handOver({ to, template, parameters }: Message, by: string, signal: AbortSignal) {
    const fields = Object.entries(parameters).map(([field, value]) => [field, { value }] as const);
    const path = `/cgi-bin/message/subscribe/send?access_token=${encodeURIComponent(by)}`;
    const body = {
      touser: to,
      template_id: template,
      ...(page !== undefined && { page }),
      miniprogram_state: "formal",
      lang: "zh_CN",
      data: Object.fromEntries(fields),
    };
    await ask(Said, path, body, signal);
  }

  return {
    /**
     * WeChat can be asked for nothing that was sent. A message without an answer is sent again, and where the person had
     * agreed to one of its kind alone, WeChat refuses the second: then they may be told by text message too.
     */
    async send(message) {
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const first = await token(signal);
        try {
          await handOver(message, first, signal);
        } catch (error) {
          if (!(error instanceof ProviderSaidNo && isStale(error.code))) throw error;
          await handOver(message, await token(signal, first), signal);
        }
        // WeChat names no message; it is known by our name for it.
        return { outcome: "accepted", providerId: message.outId };
      } catch (error) {
        if (!(error instanceof ProviderSaidNo)) throw error;
        return refused("wechat", error.code, meaningOf(error.code));
      }
    },
  };
}

const connected = connection("wechat", wechatCredentials, (credentials) => createWechatMessages(credentials));

/** Subscription messages of the mini program whose credentials are sealed under `wechat`. */
export const wechatMessages: Sender = {
  addressOf: ({ wechatOpenId }) => wechatOpenId,
  send: async (message) => (await connected()).send(message),
  // WeChat keeps none; that a message arrived it tells only to an address of ours, which there is not.
  receipts: async () => {},
};
