import * as z from "zod";
import { isCalendarDate } from "#shared/platform/time.ts";
import { define } from "../model.ts";

const day = z.string().refine(isCalendarDate);

const stateCouncil = (year: number, zh: string) => ({
  zh: `国务院办公厅关于${year}年部分节假日安排的通知（${zh}）`,
  en: `State Council General Office: holidays of ${year}`,
  verify: true,
});

/** Days from the first to the last, both counted. */
function span(from: string, to: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(`${from}T00:00Z`); at <= Date.parse(`${to}T00:00Z`); at += 86_400_000)
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}

const of = (year: number) => ({
  jurisdiction: "CN",
  enforcement: "refuse" as const,
  validFrom: `${year}-01-01`,
});

/**
 * The State Council's calendar of a year: days off, and Saturdays and Sundays that are worked (调休). A year is known
 * when a version begins on its first day.
 */
export const workingDays = define({
  id: "calendar.working-days",
  title: { zh: "工作日安排", en: "Working days" },
  schema: z.strictObject({
    year: z.number().int().min(2_000).max(2_200),
    daysOff: z.array(day),
    workedWeekends: z.array(day),
  }),
  defaults: [
    {
      ...of(2025),
      value: {
        year: 2025,
        daysOff: [
          ...span("2025-01-01", "2025-01-01"),
          ...span("2025-01-28", "2025-02-04"),
          ...span("2025-04-04", "2025-04-06"),
          ...span("2025-05-01", "2025-05-05"),
          ...span("2025-05-31", "2025-06-02"),
          ...span("2025-10-01", "2025-10-08"),
        ],
        workedWeekends: ["2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"],
      },
      source: stateCouncil(2025, "国办发明电〔2024〕12号"),
    },
    {
      ...of(2026),
      value: {
        year: 2026,
        daysOff: [
          ...span("2026-01-01", "2026-01-03"),
          ...span("2026-02-15", "2026-02-23"),
          ...span("2026-04-04", "2026-04-06"),
          ...span("2026-05-01", "2026-05-05"),
          ...span("2026-06-19", "2026-06-21"),
          ...span("2026-09-25", "2026-09-27"),
          ...span("2026-10-01", "2026-10-07"),
        ],
        workedWeekends: ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"],
      },
      source: stateCouncil(2026, "国办发明电〔2025〕7号"),
    },
  ],
});
