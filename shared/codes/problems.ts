import { problem } from "#shared/platform/problems.ts";

/** Refusals of what a till reads. What is no code of ours is refused in one way, whatever is wrong with it. */
export const codeProblems = {
  codeInvalid: problem(
    "code-invalid",
    422,
    "无法识别这个码",
    "That is no code of ours",
    "请让顾客打开券码页面，重新扫描。",
    "Ask the customer to open the code and scan it again.",
  ),
  codeExpired: problem(
    "code-expired",
    422,
    "码已过期",
    "The code is old",
    "请让顾客刷新页面后重新扫描；截图不能使用。",
    "Ask the customer to refresh the page and scan it again; a screenshot cannot be used.",
  ),
  tillLocked: problem(
    "till-locked",
    423,
    "扫码已暂停",
    "Scanning is locked",
    "无效的码过多，今日已暂停；请联系主管部门。",
    "Too many codes were none of ours; it is locked for today. Ask the authority.",
  ),
} as const;
