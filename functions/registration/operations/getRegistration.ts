import { operation } from "#shared/platform/operation.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { readRegistration } from "#shared/registration/own.ts";

/** A registration of the caller or of somebody the caller acts for; with a ticket also one that is still queued. */
export const getRegistration = operation(registrationRoutes.getRegistration)(
  async ({ caller, path, query, now }) => {
    const body = await readRegistration(caller, path.registrationId, query.ticket, now);
    if (body.status !== "queued") return { status: 200, body };
    return { status: 200, body, headers: { "retry-after": String(1 + Math.floor(Math.random() * 3)) } };
  },
);
