import type { EventInput } from "../model.ts";

type Statement = EventInput["statements"][number];
type ChecklistItem = EventInput["checklist"][number];

/** Texts that an organiser starts from and may change; a lawyer settles what is marked `verify`. */

export const waiver: Statement = {
  statementId: "waiver",
  version: "2026-01",
  title: "自愿参赛责任声明",
  text: "本人自愿参加本次赛事，已了解赛事的内容、强度和风险，保证所填信息真实，遵守竞赛规程和安全要求，不转让参赛资格。身体不适时立即停止参赛并告知工作人员。主办方和承办方依法应当承担的责任不因本声明而免除。未满18周岁的由监护人阅读并同意。",
  required: true,
};

export const health: Statement = {
  statementId: "health",
  version: "2026-01",
  title: "健康状况声明",
  text: "本人身体状况适合参加本次赛事，没有心脏病、高血压、哮喘等不适宜参加的疾病，近两周没有发热等症状，赛前充分休息。情况有变化时不参赛并及时取消报名。",
  required: true,
};

/** Of its own and never required: another handler of personal data needs a separate consent (PIPL Art. 23). */
export const insurer: Statement = {
  statementId: "insurer",
  version: "2026-01",
  title: "向保险公司提供个人信息的单独同意",
  text: "为投保本次赛事的体育意外伤害保险，同意主办方向承保的保险公司提供参赛人的姓名、证件类型、证件号码和联系电话。不同意不影响报名，但主办方无法为您投保。",
  required: false,
};

const order31 = (zh: string, en: string) => ({
  zh: `《体育赛事活动管理办法》（国家体育总局令第31号）：${zh}`,
  en: `Measures on sports events (General Administration of Sport, Order No. 31): ${en}`,
  verify: true,
});

const sportsLaw = (article: number, zh: string, en: string) => ({
  zh: `《中华人民共和国体育法》（2022年修订）第${article}条：${zh}`,
  en: `Sports Law (2022), Art. ${article}: ${en}`,
  verify: true,
});

const item = (itemId: string, title: string, required: boolean, source?: ChecklistItem["source"]) => ({
  itemId,
  title,
  required,
  ...(source && { source }),
});

export const safetyPlan = item(
  "safety-plan",
  "安全工作方案和应急预案",
  true,
  order31("制定风险防范及应急处置预案", "plans against risks and for emergencies"),
);

export const medical = item(
  "medical",
  "医疗保障方案：救护车、急救人员和设备、就近医院",
  true,
  order31("配备医疗急救等保障", "medical care"),
);

export const insurance = (required: boolean) =>
  item(
    "insurance",
    "体育意外伤害保险和公众责任保险",
    required,
    sportsLaw(90, "大型和高危险性体育赛事活动的意外伤害保险", "accident insurance of large and risky events"),
  );

/** Not required of every event: the organiser says whether the sport is on the list. */
export const highRiskPermit = item(
  "high-risk-permit",
  "高危险性体育赛事活动许可（项目在目录内的）",
  false,
  sportsLaw(106, "举办高危险性体育赛事活动须经许可", "risky events need a permit"),
);

export const publicSecurity = item("public-security", "公安机关安全许可（预计参加1000人以上的）", false, {
  zh: "《大型群众性活动安全管理条例》（国务院令第505号）",
  en: "Regulations on the safety of large mass activities (State Council, Order No. 505)",
  verify: true,
});

export const rulesOfCompetition = item(
  "competition-rules",
  "竞赛规程",
  true,
  order31("公布竞赛规程等信息", "rules of the competition are published"),
);

export const traffic = item("traffic", "路线、交通疏导和补给点方案", true);
export const referees = item("referees", "裁判员和工作人员安排", true);
export const venue = item("venue", "场地使用确认和设施检查", true);
export const weather = item("weather", "恶劣天气的延期或取消办法", false);
