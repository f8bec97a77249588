import * as z from "zod";
import { page, pageQuery } from "#shared/platform/cursor.ts";
import { instant } from "#shared/platform/instant.ts";
import { problems } from "#shared/platform/problems.ts";
import { route } from "#shared/platform/route.ts";
import { isCalendarDate } from "#shared/platform/time.ts";

export const auditEntryView = z
  .object({
    auditId: z.string(),
    at: instant,
    actor: z.string().meta({ description: "Pseudonym of who acted" }),
    roles: z.array(z.string()),
    org: z.string().optional(),
    action: z.string(),
    subject: z.string(),
    facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  })
  .meta({ id: "AuditEntry" });

export const auditRoutes = {
  listAuditLog: route({
    operationId: "listAuditLog",
    method: "GET",
    path: "/v1/audit-log",
    lambda: "audit/finance",
    access: ["finance", "admin"],
    summary: {
      zh: "审计日志：谁在何时作了什么决定、查看了谁的信息",
      en: "Who decided what, and who saw whose data, of one day",
    },
    request: {
      query: z.strictObject({
        ...pageQuery,
        date: z
          .string()
          .refine(isCalendarDate)
          .optional()
          .meta({ description: "A day in Asia/Shanghai; left out: today", format: "date" }),
      }),
    },
    responses: { 200: page(auditEntryView) },
    errors: [problems.invalidCursor],
  }),
} as const;
