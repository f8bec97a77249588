/** Ages that the law sets, with their source. What a deployment sets is in shared/policies/definitions/people.ts. */
export const peoplePolicy = {
  /** Under this age a guardian consents separately to the processing of a child's data. */
  separateConsentUnderAge: { value: 14, source: "《个人信息保护法》第三十一条", enforcement: "refuse" },
  adultAge: { value: 18, source: "《民法典》第十七条", enforcement: "refuse" },
} as const;

/** Texts to which people consent, each on its own (PIPL Arts. 23, 29, 31), with the version in force. */
export const consentTexts = {
  "guardian-of-minor": {
    version: "2026-1",
    title: { zh: "监护人同意书", en: "Guardian's consent" },
    text: {
      zh: "我是该未成年人的监护人，同意为其报名参加体育活动而处理其姓名、证件号码、出生日期和性别。",
      en: "I am this minor's guardian and consent to the use of name, document number, birth date and sex to sign the minor up for sport.",
    },
  },
  "share-with-organiser": {
    version: "2026-1",
    title: { zh: "向主办方提供个人信息", en: "Sharing with the organiser" },
    text: {
      zh: "我同意将报名所需的个人信息提供给所报名活动的主办方，用于检录、保险和成绩。",
      en: "I consent to my sign-up data being given to the organiser of the event I sign up for, for check-in, insurance and results.",
    },
  },
} as const;

export type ConsentPurpose = keyof typeof consentTexts;

/** Days for which a backup of the key table can bring a key back; the key table's recovery window. */
export const tablesRecoveryDays = {
  value: 7,
  source: "infra/tables.ts, person-keys",
  enforcement: "off",
} as const;
