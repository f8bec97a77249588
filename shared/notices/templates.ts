import { type FactsOf as Told, template } from "./template.ts";

const both = ["wechat", "sms"] as const;

/**
 * Every kind of notice. A key stays for ever, since notices in inboxes are shown by it. What the provider of a channel
 * calls a template is configuration (`NOTICE_TEMPLATES`); the texts here are those that were submitted to it.
 */
export const templates = {
  "registration-confirmed": template({
    facts: { event: "name", group: "name", startsAt: "instant" },
    title: { zh: "报名成功", en: "You are signed up" },
    text: {
      zh: "您已报名“{event}”{group}，{startsAt}开始。",
      en: "You have a place in “{event}”, {group}, which starts at {startsAt}.",
    },
    urgent: false,
    // Who has just accepted a place sees it: a text message would only cost.
    channels: ["wechat"],
    sms: "您已报名{event}，{startsAt}开始。",
    wechat: { thing1: "event", thing2: "group", time3: "startsAt" },
  }),
  "registered-for-you": template({
    facts: { event: "name", group: "name", startsAt: "instant" },
    title: { zh: "有人代您报名", en: "You were signed up" },
    text: {
      zh: "您委托的人已为您报名“{event}”{group}，{startsAt}开始。登录可查看是否已有名额；如非本意，可以取消报名并收回委托。",
      en: "Somebody who may act for you signed you up for “{event}”, {group}, which starts at {startsAt}. Sign in to see whether you have a place. If you did not want that, cancel it and take the right to act for you back.",
    },
    urgent: false,
    channels: both,
    sms: "您委托的人已为您报名{event}，{startsAt}开始，登录可查看或取消。",
    wechat: { thing1: "event", thing2: "group", time3: "startsAt" },
  }),
  "event-in-a-day": template({
    facts: { event: "name", venue: "name", startsAt: "instant" },
    title: { zh: "活动即将开始", en: "Your event is near" },
    text: {
      zh: "您报名的“{event}”将于{startsAt}开始，地点：{venue}。请提前到场；不能参加的，请尽早取消，把名额留给别人。",
      en: "“{event}”, for which you signed up, starts at {startsAt} at {venue}. Be there in good time. If you cannot come, cancel early so that somebody else can.",
    },
    urgent: false,
    channels: both,
    sms: "您报名的{event}将于{startsAt}在{venue}开始，请提前到场。",
    wechat: { thing1: "event", thing2: "venue", time3: "startsAt" },
  }),
  "event-soon": template({
    facts: { event: "name", venue: "name", startsAt: "instant" },
    title: { zh: "活动马上开始", en: "Your event starts soon" },
    text: {
      zh: "您报名的“{event}”{startsAt}开始，地点：{venue}。请带好证件和装备出发。",
      en: "“{event}”, for which you signed up, starts at {startsAt} at {venue}. Bring your document and your kit.",
    },
    urgent: false,
    channels: both,
    sms: "{event}{startsAt}开始，地点：{venue}，请带好证件和装备。",
    wechat: { thing1: "event", thing2: "venue", time3: "startsAt" },
  }),
  "registration-offered": template({
    facts: { event: "name", group: "name", until: "instant" },
    title: { zh: "候补名额已为您保留", en: "A place is kept for you" },
    text: {
      zh: "“{event}”{group}有名额了，为您保留到{until}。请在此之前接受，逾期将给下一位。",
      en: "There is a place in “{event}”, {group}. It is kept for you until {until}; accept it by then, or the next in line gets it.",
    },
    urgent: false,
    channels: both,
    sms: "{event}有候补名额，为您保留到{until}，请及时接受。",
    wechat: { thing1: "event", thing2: "group", time3: "until" },
  }),
  "registration-paused": template({
    facts: { events: "name", until: "instant", appealUntil: "instant" },
    title: { zh: "因多次未到场，暂停报名", en: "Sign-up is paused after no-shows" },
    text: {
      zh: "您报名后未到场：{events}。{until}前暂停报名。如有异议，请在{appealUntil}前登录，在“爽约记录”中提出申诉并说明情况。",
      en: "You signed up and did not come: {events}. Sign-up is paused until {until}. If you think this is wrong, sign in by {appealUntil} and appeal, saying what happened.",
    },
    urgent: false,
    channels: both,
    sms: "因多次未到场，{until}前暂停报名，可在{appealUntil}前申诉。",
    wechat: { thing1: "events", time2: "until", time3: "appealUntil" },
  }),
  "registration-no-shows": template({
    facts: { events: "name" },
    title: { zh: "请按时参加或提前取消", en: "Please come, or cancel in time" },
    text: {
      zh: "您报名后未到场：{events}。不能参加时请提前取消，让名额给其他人。",
      en: "You signed up and did not come: {events}. When you cannot come, cancel in time, so that others get the place.",
    },
    urgent: false,
    channels: ["wechat"],
    sms: "您多次报名未到场，不能参加时请提前取消。",
    wechat: { thing1: "events" },
  }),
  "penalty-lifted": template({
    facts: { events: "name" },
    title: { zh: "申诉成立，已恢复报名", en: "Your appeal was right: you can sign up again" },
    text: {
      zh: "您的申诉成立，暂停报名已撤销；{events}的未到场记录不再计算。",
      en: "Your appeal was right. The pause is lifted; {events} count no longer.",
    },
    urgent: false,
    channels: both,
    sms: "您的申诉成立，暂停报名已撤销。",
    wechat: { thing1: "events" },
  }),
  "penalty-upheld": template({
    facts: { until: "instant" },
    title: { zh: "申诉未成立", en: "Your appeal was not accepted" },
    text: {
      zh: "您的申诉未成立，{until}前仍暂停报名。",
      en: "Your appeal was not accepted; sign-up stays paused until {until}.",
    },
    urgent: false,
    channels: both,
    sms: "您的申诉未成立，{until}前仍暂停报名。",
    wechat: { time1: "until" },
  }),
  "registration-banned": template({
    facts: { event: "name", until: "instant" },
    title: { zh: "已被列入禁赛名单", en: "You are on the ban list" },
    text: {
      zh: "您因在“{event}”中违规，{until}前不能报名。原因可登录查看；如有疑问，请联系当地体育主管部门。",
      en: "You broke the rules of “{event}” and cannot sign up until {until}. Sign in to read why; if you think this is wrong, ask the sports authority of the place.",
    },
    urgent: false,
    channels: both,
    sms: "因在{event}中违规，您在{until}前不能报名，原因请登录查看。",
    wechat: { thing1: "event", time2: "until" },
  }),
  "registration-banned-for-life": template({
    facts: { event: "name" },
    title: { zh: "已被列入禁赛名单", en: "You are on the ban list" },
    text: {
      zh: "您因在“{event}”中违规，被终身禁止报名。原因可登录查看；如有疑问，请联系当地体育主管部门。",
      en: "You broke the rules of “{event}” and are banned for life. Sign in to read why; if you think this is wrong, ask the sports authority of the place.",
    },
    urgent: false,
    channels: both,
    sms: "因在{event}中违规，您被终身禁止报名，原因请登录查看。",
    wechat: { thing1: "event" },
  }),
  "registration-approved": template({
    facts: { event: "name", group: "name" },
    title: { zh: "报名审核通过", en: "Your application was accepted" },
    text: {
      zh: "您在“{event}”{group}的报名已审核通过，名额已为您保留。",
      en: "Your application for “{event}”, {group} was accepted: a place is yours.",
    },
    urgent: false,
    channels: both,
    sms: "{event}报名审核已通过，名额已保留。",
    wechat: { thing1: "event", thing2: "group" },
  }),
  "registration-rejected": template({
    facts: { event: "name", group: "name" },
    title: { zh: "报名审核未通过", en: "Your application was not accepted" },
    text: {
      zh: "您在“{event}”{group}的报名未通过审核，原因请登录查看；报名截止前可以补正材料后重新报名。",
      en: "Your application for “{event}”, {group} was not accepted; sign in to see why. Until sign-up closes you can apply again with better documents.",
    },
    urgent: false,
    channels: both,
    sms: "{event}报名审核未通过，请登录查看原因。",
    wechat: { thing1: "event", thing2: "group" },
  }),
  "draw-selected": template({
    facts: { event: "name", group: "name" },
    title: { zh: "您已中签", en: "You were selected" },
    text: {
      zh: "您报名的“{event}”{group}已抽签，您已中签，名额已为您保留。请登录查看。",
      en: "The draw of “{event}”, {group} was made and you were selected: a place is yours. Sign in to see it.",
    },
    urgent: false,
    channels: both,
    sms: "{event}抽签结果：您已中签，请登录查看。",
    wechat: { thing1: "event", thing2: "group" },
  }),
  "draw-alternate": template({
    facts: { event: "name", group: "name" },
    title: { zh: "未中签，已转入候补", en: "Not selected: you are in line" },
    text: {
      zh: "您报名的“{event}”{group}未中签，已按抽签名次转入候补；有名额时会通知您。任何人都可以核验抽签结果。",
      en: "You were not selected for “{event}”, {group}, and stand in line by your rank in the draw; you will be told when there is a place. Anybody can verify the draw.",
    },
    urgent: false,
    channels: both,
    sms: "{event}抽签结果：未中签，已按名次候补。",
    wechat: { thing1: "event", thing2: "group" },
  }),
  "draw-not-selected": template({
    facts: { event: "name", group: "name" },
    title: { zh: "未中签", en: "Not selected" },
    text: {
      zh: "您报名的“{event}”{group}未中签。任何人都可以核验抽签结果；欢迎看看其他活动。",
      en: "You were not selected for “{event}”, {group}. Anybody can verify the draw; have a look at other events.",
    },
    urgent: false,
    channels: both,
    sms: "{event}抽签结果：未中签。",
    wechat: { thing1: "event", thing2: "group" },
  }),
  "desk-registered": template({
    facts: { event: "name", group: "name", startsAt: "instant" },
    title: { zh: "工作人员已为您报名", en: "Staff have signed you up" },
    text: {
      zh: "工作人员已为您报名“{event}”{group}，{startsAt}开始。如非本人意愿，请联系主办方取消。",
      en: "Staff have signed you up for “{event}”, {group}, which starts at {startsAt}. If you did not ask for it, have the organiser cancel it.",
    },
    urgent: false,
    channels: both,
    sms: "工作人员已为您报名{event}，{startsAt}开始。如非本人意愿请联系主办方。",
    wechat: { thing1: "event", thing2: "group", time3: "startsAt" },
  }),
  "desk-waitlisted": template({
    facts: { event: "name", group: "name", startsAt: "instant" },
    title: { zh: "工作人员已为您登记候补", en: "Staff have put you on the waiting list" },
    text: {
      zh: "“{event}”{group}名额已满，工作人员已为您登记候补，{startsAt}开始。有名额时将通知您。",
      en: "“{event}”, {group}, which starts at {startsAt}, is full. Staff have put you on the waiting list; you will hear when there is a place.",
    },
    urgent: false,
    channels: both,
    sms: "{event}名额已满，已为您登记候补，有名额时将通知您。",
    wechat: { thing1: "event", thing2: "group", time3: "startsAt" },
  }),
  "event-cancelled": template({
    facts: { event: "name", startsAt: "instant" },
    title: { zh: "活动已取消", en: "The event is cancelled" },
    text: {
      zh: "原定{startsAt}开始的“{event}”已取消。已缴费用将按原路退回。",
      en: "“{event}”, which was to start at {startsAt}, is cancelled. What you paid goes back the way it came.",
    },
    urgent: false,
    channels: both,
    sms: "原定{startsAt}的{event}已取消，费用原路退回。",
    wechat: { thing1: "event", time2: "startsAt" },
  }),
  "event-postponed": template({
    facts: { event: "name", startsAt: "instant", decideBy: "instant" },
    title: { zh: "活动已延期", en: "The event is postponed" },
    text: {
      zh: "“{event}”延期到{startsAt}。请在{decideBy}前选择保留或退出；未选择视为保留。",
      en: "“{event}” is postponed to {startsAt}. Choose by {decideBy} whether to keep your place; it is kept if you say nothing.",
    },
    urgent: false,
    channels: both,
    sms: "{event}延期到{startsAt}，请在{decideBy}前选择去留。",
    wechat: { thing1: "event", time2: "startsAt", time3: "decideBy" },
  }),
  "refund-sent": template({
    facts: { of: "name", amountFen: "fen" },
    title: { zh: "退款已发出", en: "Your refund was sent" },
    text: {
      zh: "“{of}”的退款{amountFen}已发出，到账时间以银行为准。",
      en: "A refund of {amountFen} for “{of}” was sent; when it arrives is up to the bank.",
    },
    urgent: false,
    channels: both,
    sms: "{of}的退款{amountFen}已发出，到账以银行为准。",
    wechat: { thing1: "of", amount2: "amountFen" },
  }),
  "refund-paid": template({
    facts: { of: "name", amountFen: "fen" },
    title: { zh: "退款已到账", en: "Your refund arrived" },
    text: {
      zh: "“{of}”的退款{amountFen}已到账。",
      en: "The refund of {amountFen} for “{of}” has arrived.",
    },
    urgent: false,
    channels: both,
    sms: "{of}的退款{amountFen}已到账。",
    wechat: { thing1: "of", amount2: "amountFen" },
  }),
  "refund-failed": template({
    facts: { of: "name", amountFen: "fen" },
    title: { zh: "退款未成功", en: "Your refund did not go through" },
    text: {
      zh: "“{of}”的退款{amountFen}未能按原路退回。这笔钱仍为您保留，请登录后填写本人名下的银行账户。",
      en: "The refund of {amountFen} for “{of}” could not go back the way it came. The money is kept for you: sign in and name an account of your own.",
    },
    urgent: false,
    channels: both,
    sms: "{of}的退款{amountFen}未成功，请登录填写本人银行账户。",
    wechat: { thing1: "of", amount2: "amountFen" },
  }),
  "payment-due": template({
    facts: { of: "name", amountFen: "fen", until: "instant" },
    title: { zh: "请完成支付", en: "A payment is due" },
    text: {
      zh: "请在{until}前为“{of}”支付{amountFen}，逾期名额将释放。",
      en: "Pay {amountFen} for “{of}” by {until}, or the place goes to others.",
    },
    urgent: false,
    channels: both,
    sms: "请在{until}前为{of}支付{amountFen}，逾期释放。",
    wechat: { thing1: "of", amount2: "amountFen", time3: "until" },
  }),
  "card-used": template({
    facts: { merchant: "name", card: "name", hours: "count" },
    title: { zh: "请确认一次消费", en: "Confirm a use of your card" },
    text: {
      zh: "“{merchant}”申请划扣您的“{card}”一次。请在收到后{hours}小时内确认或提出异议；逾期未回复视为确认。",
      en: "“{merchant}” asks to be paid for a use of “{card}”. Confirm or dispute it within {hours} hours of this message; silence confirms it.",
    },
    urgent: false,
    channels: both,
    sms: "{merchant}申请划扣{card}，请{hours}小时内确认或提出异议。",
    wechat: { thing1: "merchant", thing2: "card" },
  }),
  "merchant-frozen": template({
    facts: { merchant: "name" },
    title: { zh: "商户资金已冻结", en: "A merchant's money is frozen" },
    text: {
      zh: "“{merchant}”的资金已由主管部门冻结，暂停售卡和划付。您卡内的余额不受影响，进展将另行通知。",
      en: "The authority has frozen the money of “{merchant}”: no cards are sold and nothing is paid out. What is on your card stays; you will hear from us.",
    },
    urgent: true,
    channels: both,
    sms: "{merchant}资金已冻结，暂停售卡，您的余额不受影响。",
    wechat: { thing1: "merchant" },
  }),
  "merchant-closed": template({
    facts: { merchant: "name", claimBy: "instant" },
    title: { zh: "商户停业", en: "A merchant has closed" },
    text: {
      zh: "“{merchant}”已停业。请在{claimBy}前登录核对您的余额；托管资金将按公布的计算结果退还。",
      en: "“{merchant}” has closed. Sign in by {claimBy} and check your balance; the money in custody is paid back by a published calculation.",
    },
    urgent: true,
    channels: both,
    sms: "{merchant}已停业，请在{claimBy}前登录核对余额。",
    wechat: { thing1: "merchant", time2: "claimBy" },
  }),
} as const;

export type TemplateKey = keyof typeof templates;
/** What a notice of this kind tells. */
export type FactsOf<Key extends TemplateKey> = Told<(typeof templates)[Key]>;
