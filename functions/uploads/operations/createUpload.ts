import { operation } from "#shared/platform/operation.ts";
import { begin } from "#shared/uploads/beginning.ts";
import { uploadRoutes } from "#shared/uploads/contract.ts";

/** Gives an address to which one file can be put that is exactly as it is announced. */
export const createUpload = operation(uploadRoutes.createUpload)(async ({ caller, body, now }) => ({
  status: 201,
  body: await begin(body, caller, now),
}));
