import { runJob } from "#local/localRoutes.ts";
import { accountingRoutes } from "#shared/accounting/contract.ts";
import type { Client } from "#shared/client.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { consentTexts } from "#shared/people/policy.ts";
import { newId } from "#shared/platform/ids.ts";
import type { RawBody, Role, Route } from "#shared/platform/route.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { askReversal, letMoneyMove, readApproval, stopMoneyFor } from "../../support/deciding.ts";
import { bankAccount, child, childInput } from "../../support/family.ts";
import { finance, JournalStream, postLocally, purchase, settle } from "../../support/ledger.ts";
import { putStaff } from "../../support/merchants.ts";
import { tell } from "../../support/notices.ts";
import { casesAbout, control, heard, owing, signedMessage } from "../../support/payments.ts";
import { policyInput } from "../../support/policies.ts";
import {
  citizen,
  eventInput,
  good,
  organiser,
  publishedEvent,
  signUp,
  somebody,
  type TestService,
} from "../../support/service.ts";
import { announced, arrived, pdf } from "../../support/uploads.ts";
import { offeredTo } from "../../support/waiting.ts";
import { deliveriesOf, deliverWebhooks, post, register } from "../../support/webhooks.ts";
import { calendarCases } from "./calendarCases.ts";
import { decisionCases } from "./decisionCases.ts";
import { deskCases } from "./deskCases.ts";
import { familyCases } from "./familyCases.ts";
import { merchantCases } from "./merchantCases.ts";
import { programmeCases } from "./programmeCases.ts";
import { standingCases } from "./standingCases.ts";

export type Whose = "own" | "foreign" | "absent";
export type Caller = { call: Client; role: Role | "anyone" };

/** How to make what an operation is asked for. Who may call it is read from its route. */
export interface Case {
  /** Another tenant's object of this route is a 404; a public object has no other tenant. */
  owned: boolean;
  /** Roles to whom another tenant's object is shown all the same. */
  shownTo?: readonly Role[];
  /** Makes the object and says how it is named. `owner` may use it. */
  make: (
    owner: Client,
    whose: Whose,
  ) => Promise<{
    path?: Record<string, string>;
    query?: Record<string, string>;
    body?: unknown;
    raw?: RawBody;
    ifMatch?: number;
  }>;
}

const ID = "01J00000000000000000000000";
const version = consentTexts["guardian-of-minor"].version;

const nothing = async () => ({});

/** An entry that is sealed, the first day of the books and the account it is on. */
export const ledgerObjects = {
  journalId: "access:purchase",
  accountId: "card:access:unconsumed",
  date: "2026-04-29",
} as const;

/**
 * Books whose first entry is of an April, so that there are months to close and days whose roots are published,
 * while the clock stands where it stood.
 */
async function openBooks(service: TestService): Promise<typeof ledgerObjects> {
  const now = service.clock.now();
  const stream = new JournalStream(service);
  service.clock.set(new Date(`${ledgerObjects.date}T12:00:00+08:00`));
  await postLocally(service, purchase(ledgerObjects.journalId, 10_000, "access"));
  await settle(service, stream);
  service.clock.set(new Date("2026-05-01T04:30:00+08:00"));
  for (const job of ["sealLedger", "publishRoot"]) if (!(await runJob(job))) throw new Error(`${job} failed`);
  stream.stop();
  service.clock.set(now);
  return ledgerObjects;
}

/** The cases of the ledger and of what a second person decides. */
function ledgerCases(service: TestService): Readonly<Record<string, Case>> {
  let opening: Promise<typeof ledgerObjects> | undefined;
  /** The books, once for all cases, and money that moves, whatever another case did. */
  const books = async () => {
    await letMoneyMove(service);
    opening ??= openBooks(service);
    return opening;
  };
  const ofBooks = async () => {
    await books();
    return {};
  };
  const someone = (sub: string) => finance(service, `access-${sub}`);
  const account = async (_: Client, whose: Whose) => {
    const { accountId } = await books();
    return { path: { accountId: whose === "absent" ? "card:nobody:unconsumed" : accountId } };
  };
  const entry = async (_: Client, whose: Whose) => {
    const { journalId } = await books();
    return { path: { journalId: whose === "absent" ? "never:posted" : journalId } };
  };
  /** A reversal that another person asks for. */
  const approval = async (_: Client, whose: Whose) => {
    if (whose === "absent") return { path: { approvalId: `apv_${ID}` }, body: { requestHash: "x" } };
    const { journalId } = await books();
    const { approvalId } = await good(askReversal(someone("maker"), journalId, { amountsFen: [1, 1] }));
    const { requestHash } = await readApproval(someone("maker"), approvalId);
    return { path: { approvalId }, body: { requestHash } };
  };
  return {
    getLedgerStatus: { owned: false, make: ofBooks },
    listLedgerAccounts: { owned: false, make: ofBooks },
    getLedgerAccount: { owned: false, make: account },
    listAccountEntries: { owned: false, make: account },
    getJournalEntry: { owned: false, make: entry },
    reverseEntry: {
      owned: false,
      make: async (owner, whose) => ({
        ...(await entry(owner, whose)),
        body: { reason: "金额录错", amountsFen: [1, 1] },
      }),
    },
    getTrialBalance: { owned: false, make: ofBooks },
    verifyLedger: { owned: false, make: async () => ({ ...(await ofBooks()), body: {} }) },
    exportLedger: { owned: false, make: async () => ({ ...(await ofBooks()), body: { format: "jsonl" } }) },
    getLedgerExport: {
      owned: false,
      make: async (_, whose) => {
        if (whose === "absent") return { path: { exportId: `exp_${ID}` } };
        const asked = someone("maker")(accountingRoutes.exportLedger, { body: { format: "hledger" } });
        return { path: { exportId: (await good(asked)).exportId } };
      },
    },
    resumeMoney: {
      owned: false,
      make: async () => {
        await books();
        await stopMoneyFor(service, { fault: "test", place: "nowhere" });
        await good(someone("maker")(accountingRoutes.verifyLedger, { body: {} }));
        return { body: { reason: "差错已修复" } };
      },
    },
    listPeriods: { owned: false, make: ofBooks },
    closePeriod: {
      owned: false,
      make: async (_, whose) => {
        await books();
        if (whose === "absent") return { path: { period: "2019-01" } };
        const { items } = await good(someone("maker")(accountingRoutes.listPeriods, {}));
        const due = items.findLast(({ status }) => status === "open");
        return { path: { period: due?.period ?? "" } };
      },
    },
    getLedgerRoot: {
      owned: false,
      make: async (_, whose) => ({
        path: { date: whose === "absent" ? "2019-01-01" : (await books()).date },
      }),
    },
    listAuditLog: { owned: false, make: nothing },
    listPolicies: { owned: false, make: nothing },
    changePolicy: { owned: false, make: async () => ({ body: policyInput() }) },
    listApprovals: {
      owned: false,
      make: async (owner) => {
        await approval(owner, "own");
        return {};
      },
    },
    getApproval: {
      owned: false,
      make: async (owner, whose) => ({ path: (await approval(owner, whose)).path }),
    },
    approve: { owned: false, make: approval },
    reject: {
      owned: false,
      make: async (owner, whose) => {
        const { path, body } = await approval(owner, whose);
        return { path, body: { ...body, reason: "不同意" } };
      },
    },
  };
}

/** The cases of payments. */
function paymentCases(service: TestService): Readonly<Record<string, Case>> {
  const payment = async (payer: Client, whose: Whose) => ({
    path: { paymentId: whose === "absent" ? `pay_${ID}` : (await owing(service, { payer })).paymentId },
  });
  let unknown = 0;
  return {
    getPayment: { owned: true, make: payment },
    payInSandbox: {
      owned: true,
      make: async (payer, whose) => ({ ...(await payment(payer, whose)), body: {} }),
    },
    notifyPayment: {
      owned: false,
      make: async (_, whose) => ({
        path: { provider: whose === "absent" ? "nobody" : "sandbox" },
        raw: await signedMessage(service),
      }),
    },
    listPaymentCases: { owned: false, make: nothing },
    decidePaymentCase: {
      owned: false,
      make: async (_, whose) => {
        const body = { decision: "refund", reason: "无法识别" };
        if (whose === "absent") return { path: { caseId: "unidentified.nowhere" }, body };
        unknown += 1;
        await control(service, "pay", { outTradeNo: `access-${unknown}`, amountFen: 100 });
        await heard(service);
        const [open] = await casesAbout(service, `access-${unknown}`);
        return { path: { caseId: open?.caseId ?? "" }, body };
      },
    },
    listProviderDays: { owned: false, make: async () => ({ query: { provider: "sandbox" } }) },
  };
}

/** Accounts of callers, by their clients: a case that puts somebody on a merchant's staff must know whom. */
const subs = new WeakMap<Client, string>();

/** A merchant that the owner manages, and what its systems are told. */
function webhookCases(): Readonly<Record<string, Case>> {
  const merchantId = `mer_${ID}`;
  const managed = async (owner: Client, whose: Whose) => {
    if (whose === "absent") return { merchantId };
    const made = newId("mer");
    await putStaff(made, subs.get(owner) ?? "", { role: "manager", status: "active" });
    return { merchantId: made };
  };
  /** Nobody listens there, so what is sent stays due. */
  const url = "http://127.0.0.1:9/";
  const hook = async (owner: Client, whose: Whose) => {
    const path = await managed(owner, whose);
    if (whose === "absent") return { ...path, webhookId: `whk_${ID}` };
    return (await register({ ...path, call: owner }, { url })).path;
  };
  const delivery = async (owner: Client, whose: Whose) => {
    const path = await hook(owner, whose);
    if (whose === "absent") return { ...path, deliveryId: `whd_${ID}` };
    await post(path, "access");
    await deliverWebhooks();
    const [due] = await deliveriesOf({ ...path, call: owner }, path);
    return { ...path, deliveryId: due?.deliveryId ?? "" };
  };
  const events = ["merchant.approved"];
  const at = (path: (owner: Client, whose: Whose) => Promise<Record<string, string>>): Case => ({
    owned: true,
    make: async (owner, whose) => ({ path: await path(owner, whose) }),
  });
  return {
    createWebhook: {
      owned: true,
      make: async (owner, whose) => ({ path: await managed(owner, whose), body: { url, events } }),
    },
    listWebhooks: at(managed),
    deleteWebhook: at(hook),
    rotateWebhookSecret: at(hook),
    listWebhookDeliveries: at(hook),
    retryWebhookDelivery: at(delivery),
  };
}

/** The cases of a service, by operation. */
export function casesOf(service: TestService): Readonly<Record<string, Case>> {
  const newDraft = async (owner: Client) =>
    good(owner(registrationRoutes.createEvent, { body: eventInput() }));
  const draftPath = async (owner: Client, whose: Whose) => ({
    path: { eventId: whose === "absent" ? `evt_${ID}` : (await newDraft(owner)).eventId },
  });
  const published = async (_: Client, whose: Whose) => ({
    path: whose === "absent" ? { eventId: `evt_${ID}` } : (await publishedEvent(service)).path,
  });
  const entered = async (owner: Client, whose: Whose) => {
    const { path } = await draftPath(owner, whose);
    if (whose === "absent") return { path };
    const { groups } = await good(owner(registrationRoutes.publishEvent, { path }));
    await good(signUp((await citizen(service)).call, path, groups[0]?.groupId ?? ""));
    return { path };
  };
  const registration = async (owner: Client, whose: Whose) => {
    if (whose === "absent") return { path: { registrationId: `reg_${ID}` } };
    const { path, groupIds } = await publishedEvent(service);
    const { registrationId } = await good(signUp(owner, path, groupIds[0] ?? ""));
    return { path: { registrationId } };
  };
  const offer = async (owner: Client, whose: Whose) => {
    if (whose === "absent") return { path: { registrationId: `reg_${ID}` } };
    return { path: { registrationId: (await offeredTo(service, owner)).offered.registrationId } };
  };

  const upload = async (owner: Client, whose: Whose) => ({
    path: { uploadId: whose === "absent" ? `upl_${ID}` : (await arrived(owner, pdf())).uploadId },
  });

  return {
    ...ledgerCases(service),
    ...paymentCases(service),
    createUpload: { owned: false, make: async () => ({ body: announced(pdf()) }) },
    completeUpload: { owned: true, make: upload },
    getUpload: { owned: true, shownTo: ["finance", "admin"], make: upload },
    ...merchantCases(service),
    ...standingCases(service),
    ...decisionCases(service),
    ...familyCases(),
    ...programmeCases(service),
    ...webhookCases(),
    ...deskCases(),
    ...calendarCases(service),
    listNotifications: { owned: false, make: nothing },
    readNotification: {
      owned: true,
      make: async (owner, whose) => {
        if (whose === "absent") return { path: { noticeId: "nothing" } };
        const { personId } = await good(owner(peopleRoutes.getMe, {}));
        await tell({ personId }, "access");
        return { path: { noticeId: "access" } };
      },
    },
    getHealth: { owned: false, make: nothing },
    getDeepHealth: { owned: false, make: nothing },
    getOpenApi: { owned: false, make: nothing },
    getDocs: { owned: false, make: nothing },
    listConsentTexts: { owned: false, make: nothing },
    listEvents: { owned: false, make: nothing },
    getEvent: { owned: false, make: published },
    getAvailability: { owned: false, make: published },
    putMe: { owned: false, make: async () => ({ body: somebody() }) },
    getMe: { owned: false, make: nothing },
    getMyData: { owned: false, make: nothing },
    putRefundAccount: { owned: false, make: async () => ({ body: bankAccount }) },
    eraseMe: { owned: false, make: nothing },
    listDependants: { owned: false, make: nothing },
    listProxies: { owned: false, make: nothing },
    inviteProxy: { owned: false, make: nothing },
    listMyRegistrations: {
      owned: false,
      make: async (owner, whose) => {
        await registration(owner, whose);
        return {};
      },
    },
    addDependant: { owned: false, make: async () => ({ body: childInput() }) },
    giveConsent: {
      owned: true,
      make: async (owner, whose) => {
        const personId = whose === "absent" ? `per_${ID}` : (await child(owner)).personId;
        return { body: { purpose: "guardian-of-minor", version, personId } };
      },
    },
    withdrawConsent: {
      owned: true,
      make: async (owner, whose) => ({
        path: {
          consentId: whose === "absent" ? `con_${ID}` : ((await child(owner)).guardianConsentId ?? ""),
        },
      }),
    },
    removeDependant: {
      owned: true,
      make: async (owner, whose) => ({
        path: { personId: whose === "absent" ? `per_${ID}` : (await child(owner)).personId },
      }),
    },
    removeProxy: {
      owned: true,
      make: async (owner, whose) => {
        if (whose === "absent") return { path: { personId: `per_${ID}` } };
        const { invitationCode } = await good(owner(peopleRoutes.inviteProxy, {}));
        const relative = await citizen(service);
        await good(relative.call(peopleRoutes.addDependant, { body: { relation: "elder", invitationCode } }));
        return { path: { personId: relative.personId } };
      },
    },
    signUp: {
      owned: false,
      make: async (_, whose) => {
        const { path, groupIds } = await publishedEvent(service);
        const groupId = groupIds[0] ?? "";
        return { path: whose === "absent" ? { eventId: `evt_${ID}` } : path, body: { groupId } };
      },
    },
    createQueueToken: { owned: false, make: published },
    getRegistration: { owned: true, make: registration },
    cancelRegistration: { owned: true, make: registration },
    acceptOffer: { owned: true, make: offer },
    declineOffer: { owned: true, make: offer },
    createEvent: { owned: false, make: async () => ({ body: eventInput() }) },
    changeEvent: {
      owned: true,
      make: async (owner, whose) => ({
        ...(await draftPath(owner, whose)),
        body: { name: "新名字" },
        ifMatch: 1,
      }),
    },
    publishEvent: { owned: true, make: draftPath },
    listOrganiserEvents: {
      owned: true,
      make: async (owner, whose) => {
        if (whose === "absent") return { path: { orgId: "org-nowhere" } };
        const { organiserId } = await newDraft(owner);
        return { path: { orgId: organiserId } };
      },
    },
    listEntrants: { owned: true, make: entered },
  };
}

let tenants = 0;
/**
 * Somebody of this role whom no other case has, with whatever a caller of the role has: a profile, an organisation,
 * and the second factor with which officials sign in.
 */
export async function somebodyAs(
  service: TestService,
  role: Role | "anyone",
  withProfile: boolean,
  amr: readonly string[] = ["pwd", "mfa"],
): Promise<Caller> {
  tenants += 1;
  if (role === "anyone") return { role, call: service.anyone };
  if (role === "organiser") return { role, call: organiser(service, `org-${tenants}`) };
  const sub = `${role}-${tenants}`;
  const call =
    role === "citizen" && withProfile
      ? (await citizen(service, { sub })).call
      : service.as(sub, [role], `org-${tenants}`, amr);
  subs.set(call, sub);
  return { role, call };
}

/** Calls a route that is known by its name alone. */
export const call = (by: Caller, route: Route, input: object) =>
  (by.call as (route: Route, input: object) => Promise<{ ok: boolean; status: number; body: unknown }>)(
    route,
    input,
  );
