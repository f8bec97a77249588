import { serve } from "#shared/platform/serve.ts";
import { approveRegistration } from "./operations/approveRegistration.ts";
import { getEntrant } from "./operations/getEntrant.ts";
import { rejectRegistration } from "./operations/rejectRegistration.ts";

export const handler = serve(getEntrant, approveRegistration, rejectRegistration);
