import { serve } from "#shared/platform/serve.ts";
import { approve } from "./operations/approve.ts";
import { getApproval } from "./operations/getApproval.ts";
import { listApprovals } from "./operations/listApprovals.ts";
import { reject } from "./operations/reject.ts";

export const handler = serve(listApprovals, getApproval, approve, reject);
