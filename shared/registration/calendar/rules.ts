import type { Bilingual, Language } from "#shared/platform/problem.ts";
import { instantInWords } from "#shared/platform/time.ts";
import type { RegistrationView, SportEvent } from "../model.ts";
import type { Entry } from "./ics.ts";

/** How a registration that is not over stands, in words. One that is not here is over, and in no calendar. */
const standings: Readonly<Record<string, { words: Bilingual; certain: boolean }>> = {
  queued: { words: { zh: "排队办理中", en: "being served" }, certain: false },
  "pending-draw": { words: { zh: "待抽签", en: "in the draw" }, certain: false },
  "pending-approval": { words: { zh: "待审核", en: "to be approved" }, certain: false },
  "pending-payment": { words: { zh: "待缴费", en: "to be paid" }, certain: false },
  waitlisted: { words: { zh: "候补", en: "waiting" }, certain: false },
  offered: { words: { zh: "候补名额待接受", en: "a place is kept, to be accepted" }, certain: false },
  confirmed: { words: { zh: "已确认", en: "confirmed" }, certain: true },
  attended: { words: { zh: "已参加", en: "attended" }, certain: true },
};

/** Events are cancelled and postponed by other means than a draft is published; here they only have to be read. */
const stateOf = ({ status }: Pick<SportEvent, "status">): string => status;

/** Whether the public may see it: a cancelled event stays, so that calendars learn of it. */
export const isShown = (event: SportEvent): boolean => stateOf(event) !== "draft";

/** Whether it will be held, at whatever time. */
export const isHeld = (event: SportEvent): boolean => !["draft", "cancelled"].includes(stateOf(event));

type Texts = Pick<Entry, "summary" | "location" | "description" | "startsAt" | "endsAt">;

const texts = (event: SportEvent, name: string, lines: readonly string[], language: Language): Texts => ({
  summary: isHeld(event) ? name : `${language === "zh" ? "【已取消】" : "Cancelled: "}${name}`,
  location: `${event.town} ${event.venue}`,
  description: lines.filter((line) => line !== "").join("\n"),
  startsAt: event.startsAt,
  endsAt: event.endsAt,
});

/** An event as anybody's calendar shows it. */
export function eventEntry(event: SportEvent, language: Language): Entry {
  const { sport, signUpOpensAt, signUpClosesAt, description = "" } = event;
  const [from, to] = [signUpOpensAt, signUpClosesAt].map((at) => instantInWords(at, language));
  const lines =
    language === "zh"
      ? [`项目：${sport}`, `报名：${from} 至 ${to}（北京时间）`, description]
      : [`Sport: ${sport}`, `Sign-up: ${from} to ${to}`, description];
  return {
    uid: event.eventId,
    sequence: event.version,
    status: isHeld(event) ? "CONFIRMED" : "CANCELLED",
    ...texts(event, event.name, lines, language),
  };
}

/** A registration as the calendar of its participant, or of who acts for them, shows it. */
export interface Registered {
  view: RegistrationView;
  /** Rises with every change of the registration. */
  version: number;
  nameMasked: string;
  /** Whether the calendar is somebody else's, who must tell several people apart. */
  another: boolean;
}

/** The entry of a registration that is not over, or `undefined`. It names nobody but by a masked name. */
export function registrationEntry(
  event: SportEvent,
  { view, version, nameMasked, another }: Registered,
  language: Language,
): Entry | undefined {
  const standing = standings[view.status];
  if (!standing || !isShown(event)) return undefined;
  const words = standing.words[language];
  const group = event.groups.find(({ groupId }) => groupId === view.groupId)?.name ?? "";
  const until = view.offer ? instantInWords(view.offer.expiresAt, language) : "";
  const cancelBy = instantInWords(event.cancelUntil, language);
  const lines =
    language === "zh"
      ? [
          `参加者：${nameMasked}`,
          `组别：${group}`,
          `报名状态：${words}`,
          until && `请在${until}（北京时间）前接受名额`,
          `取消截止：${cancelBy}（北京时间）`,
        ]
      : [
          `Participant: ${nameMasked}`,
          `Group: ${group}`,
          `Registration: ${words}`,
          until && `Accept the place by ${until}`,
          `Can be cancelled until ${cancelBy}`,
        ];
  const said = [...(another ? [nameMasked] : []), words].join(" ");
  const name = language === "zh" ? `${event.name}（${said}）` : `${event.name} (${said})`;
  return {
    uid: view.registrationId,
    // Both only rise, and so does their sum.
    sequence: event.version + version,
    status: !isHeld(event) ? "CANCELLED" : standing.certain ? "CONFIRMED" : "TENTATIVE",
    ...texts(event, name, lines, language),
  };
}
