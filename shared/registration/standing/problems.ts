import { problem } from "#shared/platform/problems.ts";

/** Refusals of what is fair between all who sign up. */
export const standingProblems = {
  banned: problem(
    "banned",
    409,
    "该参加者目前不能报名",
    "This person cannot be signed up",
    "{explanation}如有疑问，请联系当地体育主管部门。",
    "{explanation} If you think this is wrong, ask the sports authority of the place.",
  ),
  penaltyActive: problem(
    "penalty-active",
    409,
    "因多次未到场，暂停报名",
    "Sign-up is paused after several no-shows",
    "暂停至 {until}。如有异议，可在期限内提出申诉（{appealAt}）。",
    "It is paused until {until}. If you think this is wrong, appeal in time ({appealAt}).",
  ),
  activeLimit: problem(
    "active-limit",
    409,
    "同时报名的赛事已达上限",
    "Signed up for as many events as allowed at a time",
    "最近 {perDays} 天内的有效报名最多 {activeMax} 项，请先参加或取消其中一项。",
    "At most {activeMax} registrations made within {perDays} days count at a time; take part in one or cancel one first.",
  ),
  timeClash: problem(
    "time-clash",
    409,
    "与已报名的另一项赛事时间冲突",
    "Another registration is at the same time",
    "{explanation}请选择其他时间的赛事，或先取消原报名。",
    "{explanation} Choose an event at another time, or cancel that registration first.",
  ),
  personErased: problem(
    "person-erased",
    409,
    "该人员已注销个人信息",
    "The person has erased their data",
    "证件已无法查得，不能再列入名单。",
    "The document can no longer be found, so nobody can be put on the list.",
  ),
  banState: problem(
    "ban-state",
    409,
    "该禁赛决定目前不能这样处理",
    "This cannot be done to the ban as it stands",
    "当前状态：{banStatus}。",
    "It is {banStatus}.",
  ),
  appealedAlready: problem(
    "appealed-already",
    409,
    "已经提出过申诉",
    "An appeal was made before",
    "每项处理只能申诉一次，请等待或查看处理结果。",
    "There is one appeal for each penalty. Wait for the decision, or read it.",
  ),
  appealClosed: problem(
    "appeal-closed",
    409,
    "不能再提出申诉",
    "It is too late to appeal",
    "申诉截止时间：{appealUntil}；已撤销的处理无需申诉。",
    "Appeals ended at {appealUntil}; what was lifted needs none.",
  ),
} as const;
