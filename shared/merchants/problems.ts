import { problem } from "#shared/platform/problems.ts";

/** Refusals that concern merchants and their staff. */
export const merchantProblems = {
  actorSuspended: problem(
    "actor-suspended",
    403,
    "您在该商户的权限已被收回",
    "Your right to act for this merchant was taken back",
    "如需继续操作，请商户管理人员重新邀请。",
    "Ask the merchant's managers for a new invitation.",
  ),
} as const;
