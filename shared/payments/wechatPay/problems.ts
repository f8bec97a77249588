import { problem } from "#shared/platform/problems.ts";

/** Refusals of what comes from outside in a provider's name. */
export const providerProblems = {
  unverified: problem(
    "notification-unverified",
    401,
    "通知未通过验证",
    "It is not proved that the provider sent this",
    "签名、证书、时间或密文不正确；请由支付机构重新发送。",
    "The signature, its key, the time or the encryption is not right; let the provider send it again.",
  ),
} as const;
