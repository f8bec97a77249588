import { serve } from "#shared/platform/serve.ts";
import { appealPenalty } from "./operations/appealPenalty.ts";
import { listMyPenalties } from "./operations/listMyPenalties.ts";

export const handler = serve(listMyPenalties, appealPenalty);
