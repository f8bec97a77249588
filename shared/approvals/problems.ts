import { problem } from "#shared/platform/problems.ts";

/** Refusals of decisions by a second person. */
export const approvalProblems = {
  fourEyes: problem(
    "four-eyes",
    403,
    "经办人不能复核自己的申请",
    "Nobody decides on what they asked for",
    "请由另一位财务或管理人员复核（会计法第二十五条、第三十五条）。",
    "Ask another person of finance or administration to decide (Accounting Law, Art. 25 and 35).",
  ),
  requestChanged: problem(
    "request-changed",
    409,
    "申请内容已变化",
    "The request is not what you saw",
    "请重新查看申请，再作决定。",
    "Read the request again, then decide.",
  ),
  alreadyDecided: problem(
    "already-decided",
    409,
    "该申请已处理",
    "It was decided already",
    "请查看处理结果。",
    "Read what was decided.",
  ),
} as const;
