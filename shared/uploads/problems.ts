import { problem } from "#shared/platform/problems.ts";

/** Refusals of files that people give. */
export const uploadProblems = {
  typeNotAllowed: problem(
    "upload-type-not-allowed",
    422,
    "此用途不接受这种文件",
    "That type of file is not taken for this purpose",
    "可用的类型：{allowed}。",
    "Types that are taken: {allowed}.",
  ),
  tooLarge: problem(
    "upload-too-large",
    422,
    "文件过大",
    "The file is too large",
    "最大 {maxBytes} 字节；请压缩或拆分后重试。",
    "At most {maxBytes} bytes: make it smaller, or send it in parts.",
  ),
  missing: problem(
    "upload-missing",
    409,
    "文件尚未上传",
    "The file is not there yet",
    "请先把文件上传到给出的地址，再确认完成。",
    "Put the file to the address that you were given, then complete it.",
  ),
  mismatch: problem(
    "upload-mismatch",
    422,
    "上传的文件与申请时所述不符",
    "The file is not what was announced",
    "文件已删除。请检查文件类型、大小和内容，重新申请上传。",
    "It was deleted. Check type, size and content, and begin a new upload.",
  ),
  expired: problem(
    "upload-expired",
    409,
    "上传已过期",
    "The time for this upload is over",
    "请重新申请上传。",
    "Begin a new upload.",
  ),
  notReady: problem(
    "upload-not-ready",
    409,
    "文件还不能使用",
    "The file cannot be used now",
    "当前状态：{state}。检查中的请稍候；未通过或已过期的请重新上传。",
    "It is {state}. One that is being scanned takes a moment; for one that was refused or has expired begin a new upload.",
  ),
  used: problem(
    "upload-used",
    409,
    "该文件已用于其他事项",
    "The file is used for something else already",
    "请为此事项重新上传文件。",
    "Upload the file again for this.",
  ),
  wrongPurpose: problem(
    "upload-wrong-purpose",
    422,
    "该文件是为其他用途上传的",
    "The file was given for another purpose",
    "请按此用途重新上传文件。",
    "Upload it again for this purpose.",
  ),
} as const;
