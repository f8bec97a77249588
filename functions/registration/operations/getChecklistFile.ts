import { operation } from "#shared/platform/operation.ts";
import { fileOfItem } from "#shared/registration/programme/checklist.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";

/** Where the file of a checklist's item can be downloaded; the audit log keeps that it was asked for. */
export const getChecklistFile = operation(programmeRoutes.getChecklistFile)(async (call) => ({
  status: 200,
  body: await fileOfItem(call),
}));
