import { createPrivateKey, createPublicKey } from "node:crypto";
import * as z from "zod";

const isRsa = (made: () => { asymmetricKeyType?: string | undefined }): boolean => {
  try {
    return made().asymmetricKeyType === "rsa";
  } catch {
    return false;
  }
};

/** A merchant's credentials with WeChat Pay, as its merchant platform gives them. */
export const wechatPayCredentials = z
  .strictObject({
    /** `https://api.mch.weixin.qq.com`, or where a sandbox speaks the same protocol. */
    baseUrl: z.url({ protocol: /^https?$/ }),
    /** The merchant; in partner mode the one who asks for others (服务商). */
    mchid: z.string().regex(/^\d{6,32}$/),
    appId: z.string().min(1).max(32),
    /** Of the merchant's certificate. */
    serial: z.string().regex(/^[0-9A-Fa-f]{1,64}$/),
    privateKeyPem: z.string().refine((pem) => isRsa(() => createPrivateKey(pem)), { error: "is no RSA key" }),
    /** The APIv3 key: opens notifications and certificates. */
    apiV3Key: z.string().refine((key) => Buffer.byteLength(key) === 32, { error: "is not 32 bytes long" }),
    /** The platform's fixed key (微信支付公钥), with which newer merchants verify instead of certificates. */
    publicKeyId: z.string().startsWith("PUB_KEY_ID_").max(64).optional(),
    publicKeyPem: z
      .string()
      .refine((pem) => isRsa(() => createPublicKey(pem)), { error: "is no RSA key" })
      .optional(),
    /** Where notifications go. It is sent with each order and refund. */
    notifyUrl: z.url({ protocol: /^https?$/ }).max(256),
  })
  .refine(({ publicKeyId, publicKeyPem }) => (publicKeyId === undefined) === (publicKeyPem === undefined), {
    error: "publicKeyId and publicKeyPem belong together",
  });

export type WechatPayCredentials = z.infer<typeof wechatPayCredentials>;
