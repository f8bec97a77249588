import { operation } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { registrationProblems } from "#shared/registration/problems.ts";
import { publishedEventInRush } from "#shared/registration/store.ts";
import { giveQueueToken } from "#shared/registration/tickets.ts";

/** Gives the caller a token for signing up, before the opening or while sign-up is open; nothing is stored. */
export const createQueueToken = operation(registrationRoutes.createQueueToken)(
  async ({ caller, path, now }) => {
    const event = await publishedEventInRush(path.eventId);
    if (event.signUpClosesAt <= now.toISOString())
      throw new Refusal(registrationProblems.signUpClosed, { facts: { closedAt: event.signUpClosesAt } });
    return { status: 200, body: await giveQueueToken(event, caller.sub, now) };
  },
);
