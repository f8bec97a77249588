import { problem } from "#shared/platform/problems.ts";

/** Refusals that concern merchants' webhooks. */
export const webhookProblems = {
  webhookUrlRefused: problem(
    "webhook-url-refused",
    422,
    "不能向该地址推送",
    "Nothing is sent to that address",
    "请使用公网可访问的 https 地址，不含用户名、密码和 # 部分。",
    "Use an https address that the public internet reaches, without user, password or fragment.",
  ),
  tooManyWebhooks: problem(
    "too-many-webhooks",
    422,
    "推送地址过多",
    "There are too many webhooks",
    "每个商户最多 {max} 个；请先删除不用的。",
    "A merchant has {max} at most; delete one first.",
  ),
  webhookDisabled: problem(
    "webhook-disabled",
    409,
    "该推送地址已停用",
    "The webhook is disabled",
    "请删除后重新登记地址。",
    "Delete it and register the address again.",
  ),
  alreadyDelivered: problem(
    "already-delivered",
    409,
    "该推送已送达",
    "It was delivered",
    "已送达的内容不再重发。",
    "What was delivered is not sent again.",
  ),
} as const;
