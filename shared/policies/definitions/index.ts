import type { PolicyDefinition } from "../model.ts";
import { codes } from "./codes.ts";
import { fairness } from "./fairness.ts";
import { merchants } from "./merchants.ts";
import { notices } from "./notices.ts";
import { prepaid } from "./prepaid.ts";
import { uploads } from "./uploads.ts";
import { workingDays } from "./working.ts";

/** Every rule that a deployment may change. */
export const definitions: readonly PolicyDefinition[] = [
  ...Object.values(codes),
  ...Object.values(fairness),
  ...Object.values(merchants),
  ...Object.values(notices),
  ...Object.values(prepaid),
  ...Object.values(uploads),
  workingDays,
] as readonly PolicyDefinition[];
