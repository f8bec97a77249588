import { Unavailable } from "#shared/platform/database.ts";
import { ProviderRefused, type RefusalReason } from "../port.ts";

/**
 * What the platform's codes mean for us, first match first. `unknown`: whether it was done is not said, or it may be
 * asked again. Codes of APIv3 and, where APIv3 hands them on, of the older interface.
 */
const meanings: readonly { codes: readonly string[]; says?: RegExp; reason: RefusalReason | "unknown" }[] = [
  {
    codes: [
      "SYSTEM_ERROR",
      "BANK_ERROR",
      "FREQUENCY_LIMITED",
      "FREQUENCY_LIMIT_EXCEED",
      "RATELIMIT_EXCEEDED",
      "BIZERR_NEED_RETRY",
      "INVALID_REQ_TOO_MUCH",
      "USERPAYING",
      "STATEMENT_CREATING",
    ],
    reason: "unknown",
  },
  { codes: ["NOT_ENOUGH", "NOTENOUGH"], reason: "not-enough-funds" },
  { codes: ["TRADE_OVERDUE"], reason: "too-late" },
  // APIv3 has one code for every rule of business; which rule it was only the sentence beside it says.
  { codes: ["INVALID_REQUEST"], says: /期限|超过一年|超过1年|过期/, reason: "too-late" },
  { codes: ["USER_ACCOUNT_ABNORMAL"], reason: "payer-account" },
  {
    codes: [
      "INVALID_REQUEST",
      "RESOURCE_NOT_EXISTS",
      "ORDER_NOT_EXIST",
      "ORDERNOTEXIST",
      "ORDERPAID",
      "ORDER_PAID",
      "ORDER_CLOSED",
      "ORDERCLOSED",
      "OUT_TRADE_NO_USED",
      "TRADE_ERROR",
      "TRADE_STATE_ERROR",
      "REFUND_FEE_MISMATCH",
    ],
    reason: "state",
  },
  {
    codes: [
      "PARAM_ERROR",
      "SIGN_ERROR",
      "NO_AUTH",
      "MCH_NOT_EXISTS",
      "APPID_MCHID_NOT_MATCH",
      "OPENID_MISMATCH",
      "ACCOUNT_ERROR",
      "RULE_LIMIT",
      "REQUEST_BLOCKED",
    ],
    reason: "request",
  },
];

/**
 * The error for a signed answer that is no success. A code that nobody knows is a no that somebody has to look at. The
 * sentence is not kept: the platform may repeat in it what it was sent.
 */
export function errorFor({ code, message }: { code: string; message: string }): Error {
  const found = meanings.find(({ codes, says }) => codes.includes(code) && (says?.test(message) ?? true));
  const reason = found?.reason ?? "request";
  return reason === "unknown"
    ? new Unavailable(`the provider says ${code}`)
    : new ProviderRefused(reason, code);
}
