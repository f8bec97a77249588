import * as z from "zod";
import { openedCredentials } from "#shared/platform/credentials.ts";

/** Of a service that is asked at `/` of a host, and of nothing else. */
const address = z
  .url({ protocol: /^https?$/ })
  .refine((text) => new URL(text).pathname === "/" && !/[?#@]/.test(text), { error: "is more than a host" });

/** What Tencent Cloud's console gives for text messages. */
export const smsCredentials = z.strictObject({
  /** `https://sms.tencentcloudapi.com`. */
  baseUrl: address,
  /** Of a key of the access management that may do nothing but send and ask (CAM, `sms:*`). */
  secretId: z.string().regex(/^[\w-]{1,128}$/),
  secretKey: z.string().min(1).max(128),
  /** `ap-guangzhou`, `ap-beijing` or `ap-nanjing`. */
  region: z.string().regex(/^[a-z]+-[a-z]+(-\d+)?$/),
  sdkAppId: z.string().regex(/^\d{1,20}$/),
  /** The signature as it was approved, without its brackets. */
  signName: z.string().min(1).max(20),
});

/** What the WeChat platform gives for a mini program. */
export const wechatCredentials = z.strictObject({
  /** `https://api.weixin.qq.com`. */
  baseUrl: address,
  appId: z.string().regex(/^\w{1,32}$/),
  appSecret: z.string().min(1).max(128),
  /** Of the mini program, opened by who taps the message. */
  page: z.string().min(1).max(128).optional(),
});

export type SmsCredentials = z.infer<typeof smsCredentials>;
export type WechatCredentials = z.infer<typeof wechatCredentials>;

/**
 * What is made of a provider's credentials, once per environment. Refuses `not-found` where this deployment has none.
 */
export function connection<Schema extends z.ZodType, Client>(
  name: "sms" | "wechat",
  schema: Schema,
  connect: (credentials: z.infer<Schema>) => Client,
): () => Promise<Client> {
  // By the very bytes: an environment that opens them again connects anew.
  const made = new WeakMap<Uint8Array, Client>();
  return async () => {
    const opened = await openedCredentials(name);
    const client = made.get(opened) ?? connect(schema.parse(JSON.parse(Buffer.from(opened).toString())));
    made.set(opened, client);
    return client;
  };
}
