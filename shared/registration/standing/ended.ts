import { type Holder, holderId } from "#shared/allotment/model.ts";
import type { Part } from "#shared/platform/database.ts";
import type { RegistrationClaim } from "../model.ts";
import { planLimitsEnd } from "./store.ts";

/** That the limits count these registrations no longer, in the write that ends them. */
export const limitsEnded = (allotment: { number: string }, ending: readonly Holder[]): Part[] =>
  ending.flatMap(({ holder, claim }) => {
    const { limited, participantId } = claim as unknown as RegistrationClaim;
    return limited ? [planLimitsEnd(participantId, holderId("reg", allotment, holder))] : [];
  });
