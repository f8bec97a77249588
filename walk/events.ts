import type { CallInput, Client } from "#shared/client.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { after, DAY, hours } from "./calendar.ts";
import { freshName, type WalkedService } from "./service.ts";
import { type BodyOf, granted } from "./walk.ts";

export type EventInput = CallInput<typeof registrationRoutes.createEvent>["body"];
export type Event = BodyOf<typeof registrationRoutes.getEvent>;

/** Race day lies so far ahead that a walk, whose clock goes on by days, ends before it. */
const DAYS_AHEAD = 30;

/** A race a month ahead whose sign-up is open. */
export const raceInput = (now: Date, of: Partial<EventInput> = {}): EventInput => ({
  name: `平望镇运河健步走${freshName()}`,
  sport: "健步走",
  town: "平望镇",
  venue: "平望文体活动中心",
  startsAt: after(now, DAYS_AHEAD * DAY).toISOString(),
  endsAt: after(now, DAYS_AHEAD * DAY + hours(6)).toISOString(),
  signUpOpensAt: after(now, -hours(1)).toISOString(),
  signUpClosesAt: after(now, (DAYS_AHEAD - 5) * DAY).toISOString(),
  groups: [{ name: "成人组", capacity: 10 }],
  ...of,
});

/** A published event with its path and its first group. */
export interface Published {
  event: Event;
  path: { eventId: string };
  groupId: string;
  /** By its name. */
  group(name: string): string;
}

/** An event that an organiser makes and publishes beside the steps. */
export async function published(
  service: WalkedService,
  organiser: Client,
  of: Partial<EventInput> = {},
): Promise<Published> {
  const body = raceInput(await service.now(), of);
  const { eventId } = await granted(organiser(registrationRoutes.createEvent, { body }));
  const path = { eventId };
  const event = await granted(organiser(registrationRoutes.publishEvent, { path }));
  const group = (name: string) => event.groups.find((one) => one.name === name)?.groupId ?? "";
  return { event, path, groupId: event.groups[0]?.groupId ?? "", group };
}

/** What an event asks people to sign. */
export const waiver = {
  statementId: "waiver",
  version: "2",
  title: "自愿参赛责任声明",
  text: "本人自愿参赛，了解赛事风险，并遵守竞赛规程。",
  required: true,
  kind: "waiver",
} as const;

export const agreed = { statementId: waiver.statementId, version: waiver.version };

/** What an event asks of who enters. */
export const shirt = {
  questionId: "shirt",
  title: "衣服尺码",
  kind: "choice",
  options: ["S", "M", "L"],
  required: true,
  purpose: "equipment",
} satisfies NonNullable<EventInput["questions"]>[number];
