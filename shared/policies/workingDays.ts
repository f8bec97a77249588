import { Refusal } from "#shared/platform/problem.ts";
import { type BusinessDate, daysAfter } from "#shared/platform/time.ts";
import { workingDays } from "./definitions/working.ts";
import { policyProblems } from "./problems.ts";
import { policyIfAny } from "./reading.ts";

interface YearOfWork {
  year: number;
  daysOff: readonly BusinessDate[];
  workedWeekends: readonly BusinessDate[];
}

const isWeekend = (date: BusinessDate): boolean => [0, 6].includes(new Date(`${date}T00:00Z`).getUTCDay());

/** Whether a day is worked, by the calendar of its year. */
export const isWorked = (date: BusinessDate, { daysOff, workedWeekends }: YearOfWork): boolean =>
  workedWeekends.includes(date) || !(isWeekend(date) || daysOff.includes(date));

/** The calendar of a year. Refuses `calendar-missing`: what the State Council has not published is not guessed. */
export async function yearOfWork(year: number): Promise<YearOfWork> {
  const version = await policyIfAny(workingDays, `${year}-12-31`);
  if (version?.value.year !== year) throw new Refusal(policyProblems.calendarMissing, { facts: { year } });
  return version.value;
}

/** The last of so many working days that begin with the day after `date`; `date` itself for none. */
export async function workingDayAfter(date: BusinessDate, count: number): Promise<BusinessDate> {
  let day = date;
  for (let left = count; left > 0; ) {
    day = daysAfter(day, 1);
    if (isWorked(day, await yearOfWork(Number(day.slice(0, 4))))) left -= 1;
  }
  return day;
}

/** Whether next year's calendar is there; from November on it should be. */
export async function knowsYear(year: number): Promise<boolean> {
  const version = await policyIfAny(workingDays, `${year}-12-31`);
  return version?.value.year === year;
}

/** The State Council publishes a year's calendar in the autumn before; in November somebody is asked for it. */
const ASKED_FOR_FROM = "11-01";

/** The year whose calendar is missing though it should be there by this day; `undefined` while all is well. */
export async function missingYear(today: BusinessDate): Promise<number | undefined> {
  const next = Number(today.slice(0, 4)) + 1;
  return today.slice(5) >= ASKED_FOR_FROM && !(await knowsYear(next)) ? next : undefined;
}
