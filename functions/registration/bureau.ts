import { serve } from "#shared/platform/serve.ts";
import { createBan } from "./operations/createBan.ts";
import { decideAppeal } from "./operations/decideAppeal.ts";
import { liftBan } from "./operations/liftBan.ts";
import { listAppeals } from "./operations/listAppeals.ts";
import { listBans } from "./operations/listBans.ts";

export const handler = serve(listBans, createBan, liftBan, listAppeals, decideAppeal);
