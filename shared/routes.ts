import { accountingRoutes } from "./accounting/contract.ts";
import { approvalRoutes } from "./approvals/contract.ts";
import { auditRoutes } from "./audit/contract.ts";
import { merchantRoutes } from "./merchants/contract.ts";
import { noticeRoutes } from "./notices/contract.ts";
import { paymentRoutes } from "./payments/contract.ts";
import { peopleRoutes } from "./people/contract.ts";
import type { Route } from "./platform/route.ts";
import { policyRoutes } from "./policies/contract.ts";
import { approvalRoutes as registrationApprovalRoutes } from "./registration/approval/contract.ts";
import { calendarRoutes } from "./registration/calendar/contract.ts";
import { registrationRoutes } from "./registration/contract.ts";
import { deskRoutes } from "./registration/desk/contract.ts";
import { drawRoutes } from "./registration/draw/contract.ts";
import { insightRoutes } from "./registration/insight/contract.ts";
import { programmeRoutes } from "./registration/programme/contract.ts";
import { standingRoutes } from "./registration/standing/contract.ts";
import { serviceRoutes } from "./service/contract.ts";
import { uploadRoutes } from "./uploads/contract.ts";
import { webhookRoutes } from "./webhooks/contract.ts";

/** Every operation of the public API. */
export const routes: readonly Route[] = [
  ...Object.values(serviceRoutes),
  ...Object.values(peopleRoutes),
  ...Object.values(registrationRoutes),
  ...Object.values(standingRoutes),
  ...Object.values(drawRoutes),
  ...Object.values(registrationApprovalRoutes),
  ...Object.values(deskRoutes),
  ...Object.values(calendarRoutes),
  ...Object.values(insightRoutes),
  ...Object.values(programmeRoutes),
  ...Object.values(noticeRoutes),
  ...Object.values(accountingRoutes),
  ...Object.values(approvalRoutes),
  ...Object.values(auditRoutes),
  ...Object.values(policyRoutes),
  ...Object.values(paymentRoutes),
  ...Object.values(uploadRoutes),
  ...Object.values(merchantRoutes),
  ...Object.values(webhookRoutes),
];

/** Those that a deployment has. */
export const deployedRoutes = routes.filter(({ localOnly }) => !localOnly);
