import type * as z from "zod";
import type { noticeView } from "./contract.ts";
import type { Notice } from "./model.ts";
import { inboxText } from "./render.ts";

/** A notice as its person sees it. */
export function viewOf(notice: Notice): z.input<typeof noticeView> {
  const { noticeId, at, template, facts, about, delivery, deliveredAt, readAt } = notice;
  return {
    noticeId,
    at,
    kind: template,
    ...inboxText(template, facts),
    about,
    delivery,
    ...(deliveredAt !== undefined && { deliveredAt }),
    ...(readAt !== undefined && { readAt }),
  };
}
