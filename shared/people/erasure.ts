import type * as z from "zod";
import type { peopleRoutes } from "./contract.ts";
import { tablesRecoveryDays } from "./policy.ts";

type Erased = z.input<(typeof peopleRoutes)["eraseMe"]["responses"][202]>;

/** What erasure did and what the law or the service keeps, in words for the person who asked. */
export function erasureAnswer(now: Date, registrations: number): Erased {
  const backupsUntil = new Date(now.getTime() + tablesRecoveryDays.value * 86_400_000).toISOString();
  const retained: Erased["retained"] =
    registrations === 0
      ? []
      : [
          {
            what: {
              zh: `${registrations} 条报名记录，仅含无法还原身份的编号`,
              en: `${registrations} registrations, under an id that leads back to nobody`,
            },
            why: {
              zh: "用于活动名额、成绩和争议处理，保存一年；仍有效的报名将被取消并退出名额。",
              en: "Kept one year for places, results and disputes; those still in force are cancelled and their places given back.",
            },
          },
        ];
  return {
    status: retained.length > 0 ? "partially-retained" : "erased",
    erasedAt: now.toISOString(),
    backupsUntil,
    retained,
  };
}
