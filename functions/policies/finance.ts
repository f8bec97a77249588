import { serve } from "#shared/platform/serve.ts";
import { changePolicy } from "./operations/changePolicy.ts";
import { listPolicies } from "./operations/listPolicies.ts";

export const handler = serve(listPolicies, changePolicy);
