import type { Meaning } from "./refusals.ts";

/**
 * What the codes of Tencent Cloud's text messages mean (https://cloud.tencent.com/document/api/382/59177), by how they
 * begin, first match first. `unknown`: it is not said whether the message went out.
 *
 * What is wrong with our account may be right within the hours in which a message is tried; what is wrong with a number
 * or with the message itself is not.
 */
const meanings: readonly { codes: readonly string[]; means: Meaning | "unknown" }[] = [
  { codes: ["InternalError"], means: "unknown" },
  { codes: ["FailedOperation.PhoneNumberInBlacklist"], means: { reason: "opted-out", permanent: true } },
  {
    codes: [
      "InvalidParameterValue.IncorrectPhoneNumber",
      "FailedOperation.PhoneNumberParseFail",
      "UnsupportedOperation.UnsupportedRegion",
      "UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone",
      "LimitExceeded.AppCountryOrRegionInBlacklist",
    ],
    means: { reason: "unknown-number", permanent: true },
  },
  { codes: ["LimitExceeded", "RequestLimitExceeded"], means: { reason: "too-often", permanent: false } },
  {
    codes: [
      "FailedOperation.ContainSensitiveWord",
      "InvalidParameter.DirtyWordFound",
      "InvalidParameterValue.ContentLengthLimit",
      "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter",
      "InvalidParameterValue.TemplateParameter",
    ],
    means: { reason: "content", permanent: true, ours: true },
  },
  {
    codes: [
      "AuthFailure",
      "UnauthorizedOperation",
      "IpInBlacklist",
      "IpNotInWhitelist",
      "FailedOperation.InsufficientBalanceInSmsPackage",
      "FailedOperation.SignatureIncorrectOrUnapproved",
      "FailedOperation.Template",
      "InvalidParameter.AppidAndBizId",
      "InvalidParameterValue.SdkAppIdNotExist",
    ],
    means: { reason: "account", permanent: false, ours: true },
  },
  {
    codes: [
      "InvalidParameter",
      "MissingParameter",
      "UnknownParameter",
      "UnsupportedOperation",
      "FailedOperation.FailResolvePacket",
      "FailedOperation.JsonParseFail",
    ],
    means: { reason: "request", permanent: true, ours: true },
  },
];

/** A code that nobody knows is a no that somebody has to look at. */
export const meaningOf = (code: string): Meaning | "unknown" =>
  meanings.find(({ codes }) => codes.some((known) => code.startsWith(known)))?.means ?? {
    reason: "refused",
    permanent: false,
    ours: true,
  };
