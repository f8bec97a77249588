import { serve } from "#shared/platform/serve.ts";
import { cancelRegistration } from "./operations/cancelRegistration.ts";
import { getRegistration } from "./operations/getRegistration.ts";
import { listMyRegistrations } from "./operations/listMyRegistrations.ts";

export const handler = serve(listMyRegistrations, getRegistration, cancelRegistration);
