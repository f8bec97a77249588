import { serve } from "#shared/platform/serve.ts";
import { acceptOffer } from "./operations/acceptOffer.ts";
import { cancelRegistration } from "./operations/cancelRegistration.ts";
import { createQueueToken } from "./operations/createQueueToken.ts";
import { declineOffer } from "./operations/declineOffer.ts";
import { getRegistration } from "./operations/getRegistration.ts";
import { listMyRegistrations } from "./operations/listMyRegistrations.ts";

export const handler = serve(
  listMyRegistrations,
  getRegistration,
  cancelRegistration,
  acceptOffer,
  declineOffer,
  createQueueToken,
);
