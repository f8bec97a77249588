import { organiserDay } from "./organiser/day.ts";
import { run } from "./run.ts";

await run(organiserDay);
