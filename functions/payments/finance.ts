import { serve } from "#shared/platform/serve.ts";
import { decidePaymentCase } from "./operations/decidePaymentCase.ts";
import { listPaymentCases } from "./operations/listPaymentCases.ts";
import { listProviderDays } from "./operations/listProviderDays.ts";

/** Payments that went wrong, and providers' bills. */
export const handler = serve(listPaymentCases, decidePaymentCase, listProviderDays);
