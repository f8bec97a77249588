import * as z from "zod";

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
      consents: z.array(z.string()),
      documents: z.array(z.strictObject({ documentId: z.string(), uploadId: z.string() })).default([]),
      settledBy: z.enum(["place", "draw", "decision"]).default("place"),
      leaves: z.array(z.string()).min(1),
      waitlist: z.boolean(),
      rules: z.number().int(),
      signedUpAt: z.string(),
    }),
    key: requestKey,
    /** Whether the participant asked alone for themself, so that their own item remembers the key. */
    alone: z.boolean(),
    /** When it was accepted; windows and order are judged by it. */
    acceptedAt: z.string(),
  }),
});

export type SignUpAccepted = z.output<typeof signUpAccepted>;
