import { serve } from "#shared/platform/serve.ts";
import { listAuditLog } from "./operations/listAuditLog.ts";

export const handler = serve(listAuditLog);
