import { references } from "./keys.ts";
import type { Grants } from "./model.ts";

/** The service itself, as everybody may ask it. */
export const service: Grants = {
  "service/public": {
    tables: { registration: ["GetItem"], operations: ["GetItem", "PutItem"] },
    keys: { registration: ["HEALTH"], operations: ["HEALTH", references] },
    secrets: ["references"],
    sends: [],
  },
  "service/noRoute": { tables: {}, secrets: [], sends: [] },
};
