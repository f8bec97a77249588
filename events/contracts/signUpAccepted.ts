import * as z from "zod";
import { declarations, signedAs } from "#shared/registration/eligibility/schemas.ts";

const requestKey = z.strictObject({ id: z.string(), body: z.string() });

/** A sign-up that was admitted and is to be served in turn. It names persons by reference only. */
export const signUpAccepted = z.strictObject({
  type: z.literal("leyun.signUpAccepted.v1"),
  data: z.strictObject({
    application: z.strictObject({
      eventId: z.string(),
      groupId: z.string(),
      participantIds: z.array(z.string()).min(1),
      signedUpBy: z.string(),
      signedAs: z.record(z.string(), signedAs),
      consents: z.record(z.string(), z.array(z.string())),
      declares: z.array(z.enum(declarations)).optional(),
      documents: z.array(z.strictObject({ documentId: z.string(), uploadId: z.string() })).default([]),
      settledBy: z.enum(["place", "draw", "decision"]).default("place"),
      leaves: z.array(z.string()).min(1),
      waitlist: z.boolean(),
      rules: z.number().int(),
      signedUpAt: z.string(),
      /** The entries of the event's list by which they qualified, where it has one. */
      qualifierIds: z.array(z.string()).optional(),
    }),
    key: requestKey,
    /** Whether the participant asked alone for themself, so that their own item remembers the key. */
    alone: z.boolean(),
    /** Who of them is told that somebody else signed them up. */
    tells: z.array(z.string()).optional(),
    /** When it was accepted; windows and order are judged by it. */
    acceptedAt: z.string(),
  }),
});

export type SignUpAccepted = z.output<typeof signUpAccepted>;
