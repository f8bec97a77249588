import { problem } from "#shared/platform/problems.ts";

/** Refusals at a desk, and of lists of those who qualified. */
export const deskProblems = {
  identityMismatch: problem(
    "identity-mismatch",
    422,
    "所填信息与证件不符",
    "What was written does not belong to this document",
    "请对照证件原件核对姓名、号码、出生日期和性别。",
    "Compare name, number, birth date and sex with the document itself.",
  ),
  guardianRequired: problem(
    "guardian-required",
    422,
    "未成年人须由监护人签字",
    "A guardian must sign for a minor",
    "请填写监护人姓名和手机，并由监护人在报名表上或当面签字；电话不能代替签字。",
    "Give the guardian's name and phone; the guardian signs on the form or at the desk, not by telephone.",
  ),
  deskLimitReached: problem(
    "desk-limit-reached",
    429,
    "您今天的代办次数已达上限",
    "You have done as much for others as one may in a day",
    "请由其他工作人员办理，或明天再办。",
    "Have a colleague go on, or go on tomorrow.",
  ),
  notQualified: problem(
    "not-qualified",
    422,
    "不在本组别的直通名单内",
    "The participant is not on the list of those who qualified for this group",
    "{requirement}",
    "{requirement}",
  ),
  noQualifyingList: problem(
    "no-qualifying-list",
    409,
    "本赛事先到先得，没有直通名单",
    "This event is first come, first served, and has no list",
    "需要直通名单的赛事，请在创建时选择相应的名额分配方式。",
    "Choose another allocation when you create an event that needs a list.",
  ),
  invalidQualifiers: problem(
    "invalid-qualifiers",
    422,
    "名单中有错误，未作任何更改",
    "The list has errors; nothing was changed",
    "请改正 errors 中列出的各行后重新提交整份名单。",
    "Correct the rows that errors lists and send all of them again.",
  ),
} as const;
