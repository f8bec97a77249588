import { serve } from "#shared/platform/serve.ts";
import { getLedgerRoot } from "./operations/getLedgerRoot.ts";

export const handler = serve(getLedgerRoot);
