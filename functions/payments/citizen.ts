import { serve } from "#shared/platform/serve.ts";
import { getPayment } from "./operations/getPayment.ts";
import { payInSandbox } from "./operations/payInSandbox.ts";

/** Payments as those who pay see them. */
export const handler = serve(getPayment, payInSandbox);
