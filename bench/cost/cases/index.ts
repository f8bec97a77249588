import type { CostSheet } from "../sheet.ts";
import { calendarCases } from "./calendar.ts";
import { cancelCases, offerCases } from "./changes.ts";
import { applicationCases, drawCases } from "./decisions.ts";
import { deskCases, qualifyingCases } from "./desk.ts";
import { eligibilityCases, guardianCases } from "./eligibility.ts";
import { availabilityCases, organiserCases } from "./events.ts";
import { erasureCases, sweepCases } from "./jobs.ts";
import { ledgerCases } from "./ledger.ts";
import { listCases } from "./lists.ts";
import { merchantCases } from "./merchants.ts";
import { noticeCases } from "./notices.ts";
import { paymentCases } from "./payments.ts";
import { dataCases, familyCases, profileCases } from "./people.ts";
import { policyCases } from "./policies.ts";
import { programmeCases } from "./programme.ts";
import { queuedCases, ticketCases } from "./queued.ts";
import { reminderCases } from "./reminders.ts";
import { serviceCases } from "./service.ts";
import { servingCases } from "./serving.ts";
import { placeCases, refusalCases } from "./signUp.ts";
import { standingCases } from "./standing.ts";
import { statisticsCases } from "./statistics.ts";
import { uploadCases } from "./uploads.ts";
import { webhookCases } from "./webhooks.ts";

/** In this order, since the sweep reads every event that one may wait for and the count every event, and the ledger ends in another month; notices wait for a morning; bans last for years. */
export const cases: readonly ((sheet: CostSheet) => Promise<void>)[] = [
  sweepCases,
  programmeCases,
  serviceCases,
  profileCases,
  familyCases,
  dataCases,
  placeCases,
  refusalCases,
  eligibilityCases,
  guardianCases,
  deskCases,
  qualifyingCases,
  listCases,
  queuedCases,
  ticketCases,
  servingCases,
  cancelCases,
  offerCases,
  organiserCases,
  applicationCases,
  reminderCases,
  availabilityCases,
  calendarCases,
  statisticsCases,
  erasureCases,
  policyCases,
  merchantCases,
  ledgerCases,
  uploadCases,
  paymentCases,
  noticeCases,
  webhookCases,
  drawCases,
  standingCases,
];
