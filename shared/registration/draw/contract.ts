import * as z from "zod";
import { instant } from "#shared/platform/instant.ts";
import { problems } from "#shared/platform/problems.ts";
import { route } from "#shared/platform/route.ts";
import { eventId } from "../schemas.ts";
import { drawProblems } from "./problems.ts";

const hex = z.string().regex(/^[0-9a-f]{64}$/);
const eventPath = z.strictObject({ eventId });

export const drawView = z
  .object({
    eventId,
    stage: z.enum(["committed", "closed", "drawn", "done"]).meta({
      description:
        "committed: people enter; closed: the list is published; drawn: so is the result; done: every registration follows it",
    }),
    commitment: hex.meta({ description: "SHA-256 of the seed, published before anybody enters" }),
    committedAt: instant,
    signUpClosesAt: instant,
    beacon: z.object({
      source: z.enum(["sports-lottery", "ledger-root"]),
      game: z.string().optional(),
      issue: z.string().optional(),
      drawsOn: z.iso.date().optional(),
      knownOn: z.iso.date().meta({ description: "Its day in Asia/Shanghai, after the list is closed" }),
      value: z.string().optional(),
    }),
    late: z.literal(true).optional().meta({ description: "It should have been made by now" }),
    closedAt: instant.optional(),
    entrants: z.number().int().optional().meta({ description: "Lines of the list" }),
    entrantRoot: hex.optional().meta({ description: "SHA-256 of the list" }),
    entrantsUrl: z.string().optional().meta({ description: "The list, for five minutes" }),
    places: z
      .object({ leaves: z.record(z.string(), z.number().int()), total: z.number().int().optional() })
      .optional()
      .meta({ description: "Free when the list was closed, by group and pool" }),
    drawnAt: instant.optional(),
    seed: hex.optional(),
    resultHash: hex.optional().meta({ description: "SHA-256 of the result" }),
    resultUrl: z
      .string()
      .optional()
      .meta({ description: "The result, for five minutes: npm run draw:verify" }),
    selected: z.number().int().optional(),
    doneAt: instant.optional(),
  })
  .meta({ id: "Draw" });

export const drawRoutes = {
  getDraw: route({
    operationId: "getDraw",
    lambda: "registration/drawing",
    access: "public",
    method: "GET",
    path: "/v1/events/{eventId}/draw",
    summary: { zh: "查看抽签（可核验）", en: "An event's draw, to be verified by anybody" },
    request: { path: eventPath },
    responses: { 200: drawView },
    errors: [problems.notFound],
  }),
  commitDraw: route({
    operationId: "commitDraw",
    lambda: "registration/draws",
    access: ["organiser"],
    method: "POST",
    path: "/v1/events/{eventId}/draw/commitment",
    summary: { zh: "公布抽签种子的承诺", en: "Commit to the seed of a draw" },
    idempotency: "required",
    request: { path: eventPath },
    responses: { 200: drawView },
    errors: [problems.notFound, drawProblems.noDraw],
  }),
  makeDraw: route({
    operationId: "makeDraw",
    lambda: "registration/draws",
    access: ["organiser"],
    method: "POST",
    path: "/v1/events/{eventId}/draw",
    summary: { zh: "抽签并公布结果", en: "Draw, and publish the result" },
    idempotency: "required",
    request: {
      path: eventPath,
      body: z.strictObject({
        beacon: z
          .string()
          .trim()
          .regex(/^[\x20-\x7e]{1,200}$/)
          .optional()
          .meta({
            description: "The lottery's numbers as it announced them",
            example: "03 07 12 25 31 + 02 09",
          }),
      }),
    },
    responses: { 200: drawView },
    errors: [
      problems.notFound,
      drawProblems.noDraw,
      drawProblems.signUpOpen,
      drawProblems.beaconUnknown,
      drawProblems.beaconRequired,
      problems.versionMismatch,
    ],
  }),
} as const;
