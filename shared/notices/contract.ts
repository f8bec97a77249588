import * as z from "zod";
import { peopleProblems } from "#shared/people/problems.ts";
import { page, pageQuery } from "#shared/platform/cursor.ts";
import { instant } from "#shared/platform/instant.ts";
import { problems } from "#shared/platform/problems.ts";
import { route } from "#shared/platform/route.ts";
import { deliveries } from "./model.ts";
import { type TemplateKey, templates } from "./templates.ts";

const bilingual = z.object({ zh: z.string(), en: z.string() });
const noticeId = z
  .string()
  .regex(/^[\w.:-]{1,120}$/)
  .meta({ description: "A notice, by the name of what it tells of" });

export const noticeView = z
  .object({
    noticeId,
    at: instant,
    kind: z.enum(Object.keys(templates) as [TemplateKey]),
    title: bilingual,
    text: bilingual,
    about: z.string().meta({ description: "The object it is about, by its id" }),
    delivery: z.enum(deliveries).meta({
      description:
        "Beside this inbox: due to be sent, sent, delivered as the provider said, or failed on every channel",
    }),
    deliveredAt: instant.optional(),
    readAt: instant.optional(),
  })
  .meta({ id: "Notice" });

const base = { access: ["citizen"], lambda: "notices/citizen" } as const;

export const noticeRoutes = {
  listNotifications: route({
    ...base,
    operationId: "listNotifications",
    method: "GET",
    path: "/v1/me/notifications",
    summary: { zh: "我的消息，最新的在前", en: "What you were told, latest first" },
    request: { query: z.strictObject({ ...pageQuery }) },
    responses: { 200: page(noticeView) },
    errors: [problems.invalidCursor, peopleProblems.profileMissing],
  }),
  readNotification: route({
    ...base,
    operationId: "readNotification",
    method: "POST",
    path: "/v1/me/notifications/{noticeId}/read",
    summary: { zh: "标为已读；重复操作不变", en: "Mark as read; a second time changes nothing" },
    request: { path: z.strictObject({ noticeId }) },
    responses: { 200: noticeView },
    errors: [peopleProblems.profileMissing],
  }),
} as const;
