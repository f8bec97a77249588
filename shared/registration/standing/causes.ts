import type { Bilingual } from "#shared/platform/problem.ts";
import type { BanCause } from "#shared/policies/definitions/fairness.ts";
import type { Source } from "#shared/policies/model.ts";

const athletics = {
  zh: "中国田径协会关于路跑赛事违规处罚的规定（条文待法务确认）",
  en: "rules of the Chinese Athletics Association on offences in road races (to be confirmed)",
  verify: true,
};

/** For what somebody is banned, in words, and where that comes from. Terms are policy `registration.bans`. */
export const causes: Readonly<Record<BanCause, { title: Bilingual; source: Source }>> = {
  "false-identity": {
    title: { zh: "冒用他人身份或提供虚假身份", en: "false identity" },
    source: athletics,
  },
  "bib-transfer": {
    title: { zh: "转让号码布", en: "passing a bib on to somebody else" },
    source: athletics,
  },
  other: {
    title: { zh: "其他违规行为", en: "another breach of the rules" },
    source: { zh: "主管部门依赛事规程认定", en: "as the authority finds by the event's rules", verify: true },
  },
};
