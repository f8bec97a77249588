import { problem } from "#shared/platform/problems.ts";

export const eligibilityProblems = {
  guardianSignatureRequired: problem(
    "guardian-signature-required",
    422,
    "未成年人的声明须由监护人签署",
    "A guardian signs for a minor",
    "未满 18 周岁的参加者，由监护人在自己的账号中报名并签署 errors 中的声明；已有账号的，请生成委托码交监护人填写（《民法典》第十九条、第二十三条）。",
    "A guardian signs up who is under 18, in the guardian's own account, and agrees to what errors lists; a minor with an account makes an invitation code for the guardian (Civil Code, Arts. 19 and 23).",
  ),
  invalidAnswers: problem(
    "invalid-answers",
    422,
    "有问题没有回答，或回答不正确",
    "A question is not answered, or not as it is asked",
    "请按 errors 中的说明修改。",
    "Correct what errors lists.",
  ),
} as const;
