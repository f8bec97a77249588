import { citizenDay } from "./citizen/day.ts";
import { run } from "./run.ts";

await run(citizenDay);
