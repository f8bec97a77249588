import * as z from "zod";

/** An instant as the API shows it: UTC with milliseconds. */
export const instant = z.iso.datetime();

/** Any offset is read; what is stored and shown is UTC. A text that is none is refused before it is read as one. */
export const instantInput = z.iso
  .datetime({ offset: true, abort: true })
  .refine((text) => Date.parse(text) < Date.UTC(10_000, 0), { abort: true })
  .overwrite((text) => new Date(text).toISOString())
  .meta({ example: "2026-12-05T01:00:00.000Z" });
