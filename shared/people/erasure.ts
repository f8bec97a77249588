import type * as z from "zod";
import type { peopleRoutes } from "./contract.ts";
import { tablesRecoveryDays } from "./policy.ts";

type Erased = z.input<(typeof peopleRoutes)["eraseMe"]["responses"][202]>;

/** What erasure did and what the law or the service keeps, in words for the person who asked. */
export function erasureAnswer(now: Date, registrations: number, bans = 0): Erased {
  const backupsUntil = new Date(now.getTime() + tablesRecoveryDays.value * 86_400_000).toISOString();
  const keptRegistrations: Erased["retained"] =
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
  const keptBans: Erased["retained"] =
    bans === 0
      ? []
      : [
          {
            what: {
              zh: `${bans} 项禁赛记录：证件的加密标识、原因和期限`,
              en: `${bans} bans: a keyed hash of the document, the cause and the term`,
            },
            why: {
              zh: "禁赛期满前保存，仅用于在同一证件再次登记时识别；期满或解除后删除。",
              en: "Kept until the ban ends, only to recognise the same document if it is registered again; removed when it ends or is lifted.",
            },
          },
        ];
  const retained = [...keptRegistrations, ...keptBans];
  return {
    status: retained.length > 0 ? "partially-retained" : "erased",
    erasedAt: now.toISOString(),
    backupsUntil,
    retained,
  };
}
