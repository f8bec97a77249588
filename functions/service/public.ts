import { serve } from "#shared/platform/serve.ts";
import { getDeepHealth } from "./operations/getDeepHealth.ts";
import { getDocs } from "./operations/getDocs.ts";
import { getHealth } from "./operations/getHealth.ts";
import { getOpenApi } from "./operations/getOpenApi.ts";

export const handler = serve(getHealth, getDeepHealth, getOpenApi, getDocs);
