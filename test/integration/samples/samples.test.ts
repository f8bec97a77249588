import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { queues, streams } from "#events/queues.ts";
import { invoke } from "#local/functions.ts";
import { routes } from "#shared/routes.ts";
import { startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

/** Which function each payload is for, and what it answers on an empty service. */
const samples: Record<string, { lambda: string; answers: object | undefined }> = {
  getHealth: { lambda: "service/public", answers: { statusCode: 200 } },
  noRoute: { lambda: "service/noRoute", answers: { statusCode: 405 } },
  listConsentTexts: { lambda: "people/public", answers: { statusCode: 200 } },
  listEvents: { lambda: "registration/public", answers: { statusCode: 200 } },
  getMe: { lambda: "people/citizen", answers: { statusCode: 404 } },
  listMyRegistrations: { lambda: "registration/citizen", answers: { statusCode: 404 } },
  signUp: { lambda: "registration/signUp", answers: { statusCode: 404 } },
  createQueueToken: { lambda: "registration/citizen", answers: { statusCode: 404 } },
  getLedgerStatus: { lambda: "ledger/finance", answers: { statusCode: 200 } },
  getLedgerRoot: { lambda: "ledger/public", answers: { statusCode: 404 } },
  verifyLedger: { lambda: "ledger/verifyLedger", answers: { statusCode: 200 } },
  listAuditLog: { lambda: "audit/finance", answers: { statusCode: 200 } },
  listPolicies: { lambda: "policies/finance", answers: { statusCode: 200 } },
  createUpload: { lambda: "uploads/everyone", answers: { statusCode: 201 } },
  settleUploadsTick: { lambda: "jobs/settleUploads", answers: { batchItemFailures: [] } },
  eraseAnswersTick: { lambda: "jobs/eraseAnswers", answers: { batchItemFailures: [] } },
  purgeUploadsTick: { lambda: "jobs/purgeUploads", answers: { batchItemFailures: [] } },
  listApprovals: { lambda: "approvals/finance", answers: { statusCode: 200 } },
  listMerchants: { lambda: "merchants/public", answers: { statusCode: 200 } },
  listMyMerchants: { lambda: "merchants/merchant", answers: { statusCode: 200 } },
  listMerchantReviews: { lambda: "merchants/bureau", answers: { statusCode: 200 } },
  rebuildLedger: { lambda: "jobs/auditLedger", answers: { batchItemFailures: [] } },
  getCalendarFeed: { lambda: "registration/feeds", answers: { statusCode: 404 } },
  createEvent: { lambda: "registration/organiser", answers: { statusCode: 201 } },
  signUpOnBehalf: { lambda: "registration/desk", answers: { statusCode: 404 } },
  createSeries: { lambda: "registration/programme", answers: { statusCode: 201 } },
  listHoldings: { lambda: "registration/holdings", answers: { statusCode: 200 } },
  countEventsTick: { lambda: "jobs/countEvents", answers: { batchItemFailures: [] } },
  personErased: { lambda: "jobs/releaseErased", answers: { batchItemFailures: [] } },
  releaseErasedTick: { lambda: "jobs/releaseErased", answers: { batchItemFailures: [] } },
  signUpAccepted: { lambda: "jobs/serveSignUps", answers: { batchItemFailures: [] } },
  offerPlacesTick: { lambda: "jobs/offerPlaces", answers: { batchItemFailures: [] } },
  remindParticipantsTick: { lambda: "jobs/remindParticipants", answers: { batchItemFailures: [] } },
  getPayment: { lambda: "payments/citizen", answers: { statusCode: 404 } },
  notifyPayment: { lambda: "payments/notifications", answers: { statusCode: 404 } },
  listPaymentCases: { lambda: "payments/finance", answers: { statusCode: 200 } },
  endStandingsTick: { lambda: "jobs/endStandings", answers: { batchItemFailures: [] } },
  markNoShowsTick: { lambda: "jobs/markNoShows", answers: { batchItemFailures: [] } },
  listBans: { lambda: "registration/bureau", answers: { statusCode: 200 } },
  listMyPenalties: { lambda: "registration/standing", answers: { statusCode: 404 } },
  getEntrant: { lambda: "registration/approval", answers: { statusCode: 404 } },
  getDraw: { lambda: "registration/drawing", answers: { statusCode: 404 } },
  commitDraw: { lambda: "registration/draws", answers: { statusCode: 404 } },
  runDrawsTick: { lambda: "jobs/runDraws", answers: { batchItemFailures: [] } },
  checkCalendarTick: { lambda: "jobs/checkCalendar", answers: { batchItemFailures: [] } },
  settlePaymentsTick: { lambda: "jobs/settlePayments", answers: { batchItemFailures: [] } },
  importBillsTick: { lambda: "jobs/importBills", answers: { batchItemFailures: [] } },
  noticeDue: { lambda: "jobs/deliverNotices", answers: { batchItemFailures: [] } },
  deliverNoticesTick: { lambda: "jobs/deliverNotices", answers: { batchItemFailures: [] } },
  webhookDue: { lambda: "jobs/deliverWebhooks", answers: { batchItemFailures: [] } },
  deliverWebhooksTick: { lambda: "jobs/deliverWebhooks", answers: { batchItemFailures: [] } },
  listNotifications: { lambda: "notices/citizen", answers: { statusCode: 404 } },
  listWebhooks: { lambda: "webhooks/merchant", answers: { statusCode: 404 } },
  sealLedgerTick: { lambda: "jobs/sealLedger", answers: { batchItemFailures: [] } },
  auditLedgerTick: { lambda: "jobs/auditLedger", answers: { batchItemFailures: [] } },
  publishRootTick: { lambda: "jobs/publishRoot", answers: { batchItemFailures: [] } },
  ledgerExportRequested: { lambda: "jobs/exportLedger", answers: { batchItemFailures: [] } },
  journalRecord: { lambda: "streams/journal", answers: { batchItemFailures: [] } },
  personErasedRecord: { lambda: "streams/people", answers: { batchItemFailures: [] } },
};

it("every sample has its handler, and every handler a sample", () => {
  const files = globSync("events/samples/*.json").map((file) => basename(file, ".json"));
  expect(files.sort()).toEqual(Object.keys(samples).sort());
  const consumers = [...Object.values(queues), ...Object.values(streams)].map(({ consumer }) => consumer);
  const lambdas = new Set(["service/noRoute", ...routes.map(({ lambda }) => lambda), ...consumers]);
  expect(new Set(Object.values(samples).map(({ lambda }) => lambda))).toEqual(lambdas);
});

it.each(Object.entries(samples))("%s is understood", async (name, { lambda, answers }) => {
  const event: unknown = JSON.parse(readFileSync(`events/samples/${name}.json`, "utf8"));
  expect(await invoke(lambda, event)).toMatchObject(answers ?? {});
});
