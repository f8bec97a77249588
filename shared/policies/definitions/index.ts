import type { PolicyDefinition } from "../model.ts";
import { codes } from "./codes.ts";
import { desk } from "./desk.ts";
import { fairness } from "./fairness.ts";
import { merchants } from "./merchants.ts";
import { notices } from "./notices.ts";
import { people } from "./people.ts";
import { prepaid } from "./prepaid.ts";
import { programme } from "./programme.ts";
import { registration } from "./registration.ts";
import { reminders } from "./reminders.ts";
import { statistics } from "./statistics.ts";
import { uploads } from "./uploads.ts";
import { workingDays } from "./working.ts";

/** Every rule that a deployment may change. */
export const definitions: readonly PolicyDefinition[] = [
  ...Object.values(codes),
  ...Object.values(desk),
  ...Object.values(fairness),
  ...Object.values(merchants),
  ...Object.values(notices),
  ...Object.values(people),
  ...Object.values(prepaid),
  ...Object.values(registration),
  ...Object.values(reminders),
  ...Object.values(statistics),
  ...Object.values(programme),
  ...Object.values(uploads),
  workingDays,
] as readonly PolicyDefinition[];
