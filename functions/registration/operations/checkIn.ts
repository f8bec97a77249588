import { operation } from "#shared/platform/operation.ts";
import { checkInAt } from "#shared/registration/programme/checkIns.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";

/** Checks a registration in, or counts people who came without one. */
export const checkIn = operation(programmeRoutes.checkIn)(async (call) => ({
  status: 201,
  body: await checkInAt(call),
}));
