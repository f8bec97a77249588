import { serve } from "#shared/platform/serve.ts";
import { notifyPayment } from "./operations/notifyPayment.ts";

/** What providers tell; a function of its own, because anybody may call it and nothing but its proof counts. */
export const handler = serve(notifyPayment);
