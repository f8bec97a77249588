import { problem } from "#shared/platform/problems.ts";

export const approvalProblems = {
  documentsWrong: problem(
    "documents-wrong",
    422,
    "报名材料不完整",
    "Documents are missing, or not asked for",
    "请按 errors 中的说明上传材料。",
    "Upload what errors lists.",
  ),
  notPending: problem(
    "not-pending",
    409,
    "这份报名不在待审核状态",
    "This registration does not wait for a decision",
    "请查看报名的当前状态。",
    "Read the registration to see how it stands.",
  ),
} as const;
