import { problem } from "#shared/platform/problems.ts";

/** Refusals that come from rules a deployment sets. */
export const policyProblems = {
  refusedByPolicy: problem(
    "refused-by-policy",
    422,
    "不符合规定",
    "A rule does not allow it",
    "规定及其来源见 rule 与 source；请按规定修改后重试。",
    "rule and source say which one and where it comes from; change the request accordingly.",
  ),
  calendarMissing: problem(
    "calendar-missing",
    409,
    "该年度的工作日安排尚未录入",
    "The working days of that year are not known yet",
    "国务院办公厅公布放假安排后由管理员录入；系统不作推算。",
    "An administrator enters them when the State Council has published them; nothing is guessed.",
  ),
  policyUnknown: problem(
    "policy-unknown",
    404,
    "没有这条规定",
    "There is no such policy",
    "请检查 policyId。",
    "Check the policyId.",
  ),
  policyValueInvalid: problem(
    "policy-value-invalid",
    422,
    "规定的内容不正确",
    "That value does not fit the policy",
    "请按 errors 中的说明修改 value。",
    "Correct value as errors says.",
  ),
  policyBackdated: problem(
    "policy-backdated",
    422,
    "规定不能追溯生效",
    "A policy cannot begin in the past",
    "生效日期须为今天或以后。",
    "It begins today or later.",
  ),
} as const;
