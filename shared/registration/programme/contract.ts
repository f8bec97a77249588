import * as z from "zod";
import { page, pageQuery } from "#shared/platform/cursor.ts";
import { instant } from "#shared/platform/instant.ts";
import { problems } from "#shared/platform/problems.ts";
import { route } from "#shared/platform/route.ts";
import { uploadProblems as u } from "#shared/uploads/problems.ts";
import { event, eventInput, eventSummary } from "../eventSchemas.ts";
import { registrationProblems as r } from "../problems.ts";
import { eventId, organisationId } from "../schemas.ts";
import { cloneInput } from "./draftSchemas.ts";
import { programmeProblems as p } from "./problems.ts";
import {
  checkIn,
  checkInInput,
  eventStatistics,
  holding,
  holdingInput,
  pointsTable,
  seriesChange,
  seriesId,
  seriesInput,
  seriesRecord,
  templateIds,
  text,
  tick,
} from "./schemas.ts";

const open = { access: "public", lambda: "registration/public" } as const;
const organiser = { access: ["organiser"], lambda: "registration/programme" } as const;
const bureau = { access: ["admin"], lambda: "registration/holdings" } as const;

const ofEvent = z.strictObject({ eventId });
const ofItem = z.strictObject({ eventId, itemId: z.string().max(40) });
const ofSeries = z.strictObject({ seriesId });

const series = seriesRecord
  .extend({
    rounds: z.array(eventSummary).meta({ description: "Published, in order of their start" }),
    table: pointsTable.optional().meta({ description: "From the first results on" }),
  })
  .meta({ id: "Series" });

const { sport, kind, groups, statements, checklist } = eventInput.shape;
const template = z
  .object({
    templateId: z.enum(templateIds),
    title: z.object({ zh: z.string(), en: z.string() }),
    agesSource: z.object({ zh: z.string(), en: z.string(), verify: z.boolean() }).optional(),
    fills: z.object({
      sport: sport.optional(),
      kind,
      dropIn: z.boolean().optional(),
      waitlist: z.boolean().optional(),
      groups,
      statements,
      checklist,
    }),
    days: z.object({
      opensBefore: z.number().int(),
      closesBefore: z.number().int(),
      cancelsBefore: z.number().int(),
    }),
    minutes: z.number().int(),
  })
  .meta({ id: "EventTemplate" });

const files = [u.wrongPurpose, u.notReady, u.used] as const;

export const programmeRoutes = {
  getSeries: route({
    ...open,
    operationId: "getSeries",
    method: "GET",
    path: "/v1/series/{seriesId}",
    summary: { zh: "查看系列赛或联赛", en: "Read a series or league with its rounds and points table" },
    request: { path: ofSeries },
    responses: { 200: series },
    errors: [],
  }),
  listEventTemplates: route({
    ...open,
    operationId: "listEventTemplates",
    method: "GET",
    path: "/v1/event-templates",
    summary: { zh: "赛事模板", en: "Templates of events" },
    request: {},
    responses: { 200: z.object({ items: z.array(template) }) },
    errors: [],
  }),
  getProgrammeStatistics: route({
    ...open,
    operationId: "getProgrammeStatistics",
    method: "GET",
    path: "/v1/statistics/events",
    summary: { zh: "赛事统计（每日更新）", en: "Figures of a year's events, counted every night" },
    request: {
      query: z.strictObject({
        year: z.coerce
          .number()
          .int()
          .min(2000)
          .max(2999)
          .optional()
          .meta({ description: "Of the events' first days, Asia/Shanghai; this year when left out" }),
        town: text(20).optional(),
        sport: text(20).optional(),
      }),
    },
    responses: { 200: eventStatistics },
    errors: [],
  }),
  createSeries: route({
    ...organiser,
    operationId: "createSeries",
    method: "POST",
    path: "/v1/series",
    summary: { zh: "创建系列赛或联赛", en: "Create a series or league" },
    idempotency: "required",
    request: { body: seriesInput },
    responses: { 201: seriesRecord },
    errors: [p.invalidSeries],
  }),
  changeSeries: route({
    ...organiser,
    operationId: "changeSeries",
    method: "PATCH",
    path: "/v1/series/{seriesId}",
    summary: { zh: "修改系列赛或联赛", en: "Change a series or league" },
    ifMatch: "required",
    request: { path: ofSeries, body: seriesChange },
    responses: { 200: seriesRecord },
    errors: [p.invalidSeries],
  }),
  listOrganiserSeries: route({
    ...organiser,
    operationId: "listOrganiserSeries",
    method: "GET",
    path: "/v1/organisers/{orgId}/series",
    summary: { zh: "本单位的系列赛和联赛", en: "Your organisation's series and leagues" },
    request: { path: z.strictObject({ orgId: organisationId }), query: z.strictObject({ ...pageQuery }) },
    responses: { 200: page(seriesRecord) },
    errors: [problems.invalidCursor],
  }),
  cloneEvent: route({
    ...organiser,
    operationId: "cloneEvent",
    method: "POST",
    path: "/v1/events/{eventId}/clone",
    summary: { zh: "复制赛事到另一日期", en: "Make an event again on another day, as a draft" },
    idempotency: "required",
    request: { path: ofEvent, body: cloneInput },
    responses: { 201: event },
    errors: [r.invalidEvent, problems.invalidBody],
  }),
  tickChecklistItem: route({
    ...organiser,
    operationId: "tickChecklistItem",
    method: "POST",
    path: "/v1/events/{eventId}/checklist/{itemId}",
    summary: { zh: "完成一项发布前的事项", en: "Say that an item of the checklist is done" },
    idempotency: "required",
    ifMatch: "required",
    request: { path: ofItem, body: tick },
    responses: { 200: event },
    errors: [r.eventNotDraft, ...files],
  }),
  getChecklistFile: route({
    ...organiser,
    operationId: "getChecklistFile",
    method: "GET",
    path: "/v1/events/{eventId}/checklist/{itemId}/file",
    summary: {
      zh: "下载事项的材料（记入审计日志）",
      en: "Where an item's file can be downloaded for five minutes",
    },
    request: { path: ofItem },
    responses: { 200: z.object({ url: z.url(), expiresAt: instant }) },
    errors: [u.notReady],
  }),
  checkIn: route({
    ...organiser,
    operationId: "checkIn",
    method: "POST",
    path: "/v1/events/{eventId}/check-ins",
    summary: {
      zh: "签到：一个报名，或免报名的人数",
      en: "Check a registration in, or count who came without one",
    },
    idempotency: "required",
    request: { path: ofEvent, body: checkInInput },
    responses: { 201: checkIn },
    errors: [p.eventNotPublished, p.checkInNotOpen, p.registrationNotConfirmed, p.notDropIn, p.invalidCount],
  }),
  reportHolding: route({
    ...organiser,
    operationId: "reportHolding",
    method: "POST",
    path: "/v1/events/{eventId}/holding",
    summary: { zh: "填报举办情况", en: "Report that an event was held, with evidence" },
    idempotency: "required",
    request: { path: ofEvent, body: holdingInput },
    responses: { 201: holding },
    errors: [p.eventNotPublished, p.eventNotOver, p.invalidHolding, p.holdingConfirmed, ...files],
  }),
  getHolding: route({
    ...organiser,
    operationId: "getHolding",
    method: "GET",
    path: "/v1/events/{eventId}/holding",
    summary: { zh: "查看已填报的举办情况", en: "Read what was reported of an event's holding" },
    request: { path: ofEvent },
    responses: { 200: holding },
    errors: [],
  }),
  listHoldings: route({
    ...bureau,
    operationId: "listHoldings",
    method: "GET",
    path: "/v1/holdings",
    summary: { zh: "待确认的举办情况", en: "Reports of holding that wait to be confirmed, the oldest first" },
    request: { query: z.strictObject({ ...pageQuery }) },
    responses: { 200: page(holding) },
    errors: [problems.invalidCursor],
  }),
  confirmHolding: route({
    ...bureau,
    operationId: "confirmHolding",
    method: "POST",
    path: "/v1/events/{eventId}/holding/confirm",
    summary: { zh: "确认举办情况", en: "Confirm that an event was held as it was reported" },
    idempotency: "required",
    ifMatch: "required",
    request: { path: ofEvent },
    responses: { 200: holding },
    errors: [p.holdingConfirmed, p.ownReport],
  }),
} as const;
