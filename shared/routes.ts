import { accountingRoutes } from "./accounting/contract.ts";
import { approvalRoutes } from "./approvals/contract.ts";
import { auditRoutes } from "./audit/contract.ts";
import { noticeRoutes } from "./notices/contract.ts";
import { peopleRoutes } from "./people/contract.ts";
import type { Route } from "./platform/route.ts";
import { policyRoutes } from "./policies/contract.ts";
import { registrationRoutes } from "./registration/contract.ts";
import { serviceRoutes } from "./service/contract.ts";
import { webhookRoutes } from "./webhooks/contract.ts";

/** Every operation of the public API. */
export const routes: readonly Route[] = [
  ...Object.values(serviceRoutes),
  ...Object.values(peopleRoutes),
  ...Object.values(registrationRoutes),
  ...Object.values(noticeRoutes),
  ...Object.values(accountingRoutes),
  ...Object.values(approvalRoutes),
  ...Object.values(auditRoutes),
  ...Object.values(policyRoutes),
  ...Object.values(webhookRoutes),
];
