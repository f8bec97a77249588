import * as z from "zod";
import { isDay } from "../shanghai.ts";
import { accountKinds, accountStates, mistakeKinds } from "./state.ts";

const fen = z.number().int().min(1).max(1e13);
const number = z.string().regex(/^\d{5,32}$/);
const text = z.string().min(1).max(100);
const day = z.string().refine(isDay);

export const accountRequest = z.strictObject({
  bank: z.enum(["a", "b"]),
  name: text,
  kind: z.enum(accountKinds),
  /** The bank gives one where it is left out. */
  number: number.optional(),
  dailyLimitFen: fen.optional(),
  /** What the customer brings, booked as a receipt. */
  depositFen: fen.optional(),
});

export const accountChange = z.strictObject({
  state: z.enum(accountStates).optional(),
  dailyLimitFen: fen.optional(),
});

export const receiptRequest = z.strictObject({
  /** The sender's own id: sent again it is booked once. */
  id: z.string().min(1).max(100).optional(),
  account: number,
  amountFen: fen,
  summary: z.string().max(100).default("转账汇入"),
  payer: z
    .strictObject({
      name: z.string().max(100).default(""),
      number: z.string().max(40).default(""),
      bank: z.string().max(100).default(""),
    })
    .prefault({}),
});

export const interestRequest = z.strictObject({ account: number, amountFen: fen, valueDate: day.optional() });

const planted = { account: number, serial: z.string().optional() };

export const mistakeRequest = z.union([
  z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("missing-line"),
      ...planted,
      laterDays: z.number().int().min(1).default(1),
    }),
    z.strictObject({
      kind: z.literal("wrong-amount"),
      ...planted,
      how: z.enum(["fen", "digits"]).default("fen"),
    }),
    z.strictObject({ kind: z.literal("duplicate-line"), ...planted }),
    z
      .strictObject({
        kind: z.literal("late-result"),
        batch: z.string().optional(),
        account: number.optional(),
        hours: z.number().min(0).default(24),
        shows: z.enum(["processing", "unknown"]).default("processing"),
      })
      .refine(({ batch, account }) => batch !== undefined || account !== undefined),
    z.strictObject({
      kind: z.literal("returned-later"),
      account: number,
      reference: z.string().optional(),
      days: z.number().int().min(1).default(3),
    }),
    z
      .strictObject({
        kind: z.literal("cut-off"),
        batch: z.string().optional(),
        account: number.optional(),
        date: day.optional(),
        keeps: z.number().int().min(0).max(999).default(500),
      })
      .refine(({ batch, account }) => (batch === undefined) !== (account === undefined)),
    z.strictObject({
      kind: z.literal("wrong-total"),
      account: number,
      date: day.optional(),
      byFen: z.number().int().default(1),
    }),
  ]),
  z.strictObject({
    kind: z.literal("seed"),
    seed: z.union([z.string(), z.number()]).transform(String),
    percent: z.number().min(0).max(100).default(10),
    kinds: z.array(z.enum(mistakeKinds)).default([...mistakeKinds]),
  }),
]);
