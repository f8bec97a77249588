import { problem } from "#shared/platform/problems.ts";

export const drawProblems = {
  noDraw: problem(
    "no-draw",
    409,
    "本赛事不抽签",
    "This event has no draw",
    "只有 allocation 为 draw 的赛事才抽签。",
    "Only an event whose allocation is draw has one.",
  ),
  signUpOpen: problem(
    "signup-open",
    409,
    "报名还没有截止",
    "Sign-up is still open",
    "报名截止（{closesAt}）之后才能抽签。",
    "A draw is made after sign-up closes at {closesAt}.",
  ),
  beaconUnknown: problem(
    "beacon-unknown",
    409,
    "抽签所依据的公开数据还没有产生",
    "What the draw waits for is not known yet",
    "{date} 之后才会公布；系统届时自动抽签，无需再操作。",
    "It is published after {date}; the draw is then made by itself.",
  ),
  beaconRequired: problem(
    "beacon-required",
    422,
    "请填写开奖号码",
    "Tell the numbers of the lottery draw",
    "请按开奖公告原样填写 beacon。",
    "Give them in beacon, as the lottery announced them.",
  ),
  drawPending: problem(
    "draw-pending",
    409,
    "名单已经公布，抽签完成前不能修改",
    "The list is published; nothing changes until the draw is done",
    "请等抽签结果公布后再修改。",
    "Change the event after the result is published.",
  ),
} as const;
