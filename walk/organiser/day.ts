import type { Day } from "../run.ts";
export const organiserDay: Day = async () => undefined;
