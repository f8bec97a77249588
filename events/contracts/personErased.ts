import * as z from "zod";

/** A person's key was destroyed; contexts give up what they hold for the person. CloudEvents 1.0. */
export const personErased = z.object({
  specversion: z.literal("1.0"),
  id: z.string().meta({ description: "The same for every delivery of one erasure" }),
  source: z.literal("leyun/people"),
  type: z.literal("leyun.person.erased.v1"),
  time: z.iso.datetime(),
  data: z.object({ personId: z.string() }),
});

export type PersonErased = z.infer<typeof personErased>;
