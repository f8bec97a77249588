import * as z from "zod";
import { instantInput } from "#shared/platform/instant.ts";
import { eventInput } from "../eventSchemas.ts";
import { seriesId, templateIds, text, tierId } from "./schemas.ts";

type Bare<Schema extends z.ZodType> =
  Schema extends z.ZodDefault<infer Inner extends z.ZodType> ? Inner : Schema;
type AllOptional<Shape extends Record<string, z.ZodType>> = {
  [Name in keyof Shape]: z.ZodOptional<Bare<Shape[Name]>>;
};

/** Without the values that an event has by itself: a template's go before them. */
const withoutDefault = (schema: z.ZodType): z.ZodType => {
  const described = schema.meta() ?? {};
  const bare = schema instanceof z.ZodDefault ? (schema.unwrap() as z.ZodType) : schema;
  return bare.optional().meta(described);
};

const fields = Object.fromEntries(
  Object.entries(eventInput.shape).map(([name, schema]) => [name, withoutDefault(schema)]),
) as unknown as AllOptional<typeof eventInput.shape>;

const alone = ["name", "sport", "town", "venue", "startsAt"];
const timed = ["endsAt", "signUpOpensAt", "signUpClosesAt", "groups"];

/** What a new event is made from. Without a template it says everything itself. */
export const newEvent = z
  .strictObject({
    ...fields,
    template: z.enum(templateIds).optional().meta({ description: "Fills in what is left out" }),
  })
  .meta({
    id: "NewEvent",
    anyOf: [
      { required: [...alone, ...timed] },
      { required: [...alone, "endsAt", "dropIn"] },
      { required: ["name", "town", "venue", "startsAt", "template"] },
    ],
  });

export const cloneInput = z
  .strictObject({
    startsAt: instantInput.meta({ description: "All other days move with it" }),
    name: text(60).optional(),
    seriesId: z.union([seriesId, z.null()]).optional().meta({
      description: "Another series of the organisation, or none; the same when left out",
    }),
    tier: tierId.optional().meta({ description: "Of the series; the same when left out" }),
  })
  .meta({ id: "CloneInput" });
