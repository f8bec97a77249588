import { type FieldError, Refusal } from "#shared/platform/problem.ts";
import { type BusinessDate, businessDate, daysAfter } from "#shared/platform/time.ts";
import type { SportEvent } from "../model.ts";
import { registrationProblems } from "../problems.ts";
import type { Beacon, Draw } from "./model.ts";
import { drawProblems } from "./problems.ts";

/** Refuses `signup-open` while people may still enter. */
export function refuseBeforeClosing({ signUpClosesAt }: Pick<SportEvent, "signUpClosesAt">, now: Date): void {
  if (now.toISOString() < signUpClosesAt)
    throw new Refusal(drawProblems.signUpOpen, { facts: { closesAt: signUpClosesAt } });
}

/** The day from which the beacon is known: always one after the list is closed. */
export function beaconDay({
  draw,
  signUpClosesAt,
}: Pick<SportEvent, "draw" | "signUpClosesAt">): BusinessDate {
  const beacon = draw?.beacon;
  return beacon?.source === "sports-lottery" ? beacon.drawsOn : daysAfter(businessDate(signUpClosesAt), 1);
}

/** What contradicts itself in the draw of an event, field by field. */
export function drawContradictions(
  event: Pick<SportEvent, "allocation" | "draw" | "signUpClosesAt">,
): FieldError[] {
  const errors: FieldError[] = [];
  const refuse = (pointer: string, zh: string, en: string) => errors.push({ pointer, message: { zh, en } });
  if (event.draw && event.allocation !== "draw")
    refuse("/draw", "只有抽签的赛事才有抽签设置", "only an event with a draw has one");
  if (
    event.draw?.beacon.source === "sports-lottery" &&
    beaconDay(event) <= businessDate(event.signUpClosesAt)
  )
    refuse(
      "/draw/beacon/drawsOn",
      "开奖日必须晚于报名截止日：名单确定时，开奖号码必须还没有人知道",
      "must be after the day sign-up closes: when the list is fixed nobody may know the numbers",
    );
  return errors;
}

/** Without a word of the organiser: the ledger's root of the day after the closing. */
export const defaultBeacon: Beacon = { source: "ledger-root" };

/** A list that was published is drawn from the places that were published with it. Refuses `draw-pending`. */
export function refuseWhileDrawing(
  event: Pick<SportEvent, "allocation" | "entriesClosedAt">,
  draw: Pick<Draw, "stage"> | undefined,
): void {
  if (event.allocation === "draw" && event.entriesClosedAt !== undefined && draw?.stage !== "done")
    throw new Refusal(drawProblems.drawPending);
}

/**
 * The ledger's root of a day on which nothing was posted can be worked out before, and who posts can choose it: it
 * will do where nobody has an interest. Elsewhere the numbers of a public lottery draw are named.
 */
export function refuseGuessable(event: Pick<SportEvent, "draw">, stage: string): void {
  if (stage === "local" || stage === "test" || event.draw?.beacon.source === "sports-lottery") return;
  const message = {
    zh: "请指定一期公开的体育彩票开奖作为抽签依据",
    en: "must name a public draw of the sports lottery",
  };
  throw new Refusal(registrationProblems.invalidEvent, { errors: [{ pointer: "/draw/beacon", message }] });
}

/** Numbers of a lottery are out the same evening, a day's root the next morning: two days later something is amiss. */
const LATE_AFTER_DAYS = 2;

/** Whether the draw should have been made by now. */
export const isLate = ({ stage, beaconOn }: Pick<Draw, "stage" | "beaconOn">, now: Date): boolean =>
  stage === "closed" && beaconOn !== undefined && businessDate(now) > daysAfter(beaconOn, LATE_AFTER_DAYS);
