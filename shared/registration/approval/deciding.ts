import { dismiss, grant, type Terms } from "#shared/allotment/grant.ts";
import { type Holder, holderId } from "#shared/allotment/model.ts";
import { hurry } from "#shared/notices/hurry.ts";
import { noticeParts } from "#shared/notices/notices.ts";
import type { Part } from "#shared/platform/database.ts";
import { Refusal } from "#shared/platform/problem.ts";
import type { RegistrationClaim } from "../model.ts";
import { registrationProblems } from "../problems.ts";
import { limitsEnded } from "../standing/guards.ts";
import { kernel, type PublishedEvent, type Registration, registrationOf } from "../store.ts";
import { approvalProblems } from "./problems.ts";
import { decided, type Rejection } from "./rules.ts";

const claimOf = ({ claim }: Holder) => claim as unknown as RegistrationClaim;

/** Of those who applied together the first stands for all. */
const firstOf = ({ party, holder }: Holder): string => party?.[0] ?? holder;

/** By the holder's version: who applies again after a rejection is decided on again. */
const noticeId = (event: PublishedEvent, { holder, version }: Holder): string =>
  `decided:${holderId("reg", event.allotment, holder)}:${version}`;

function told(event: PublishedEvent, first: Holder, status: "confirmed" | "rejected"): Part[] {
  const { signedUpBy, groupId } = claimOf(first);
  const facts = { event: event.name, group: event.groups.find((one) => one.groupId === groupId)?.name ?? "" };
  return noticeParts({
    to: signedUpBy,
    template: status === "confirmed" ? "registration-approved" : "registration-rejected",
    facts,
    about: holderId("reg", event.allotment, first.holder),
    noticeId: noticeId(event, first),
  });
}

/**
 * Accepts an application, with all who applied together, or rejects it; once, by whoever comes first. Refuses
 * `not-pending`, and `event-full` where no place is left for all of them.
 * @param also parts that are written with it: who decided
 */
export async function decideOn(
  event: PublishedEvent,
  { holder }: Registration,
  rejection: Rejection | undefined,
  also: readonly Part[],
): Promise<Registration> {
  const status = rejection === undefined ? "confirmed" : "rejected";
  const first = firstOf(holder);
  const terms: Terms = {
    record: (member) => ({ ...decided(claimOf(member), status, kernel.now(), rejection) }),
    also: (holders) => [
      ...holders.slice(0, 1).flatMap((one) => [...told(event, one, status), ...also]),
      ...(status === "rejected" ? limitsEnded(event.allotment, holders) : []),
    ],
  };
  const decide = status === "confirmed" ? grant : dismiss;
  const [became] = await decide(kernel, event.allotment, [first], terms);
  if (became?.outcome === "full") throw new Refusal(registrationProblems.eventFull);
  if (became?.outcome !== "granted" && became?.outcome !== "dismissed")
    throw new Refusal(approvalProblems.notPending);
  const [one] = became.holders;
  if (one) await hurry([{ personId: claimOf(one).signedUpBy, noticeId: noticeId(event, one) }]);
  const own = became.holders.find((member) => member.holder === holder.holder) ?? one;
  return registrationOf(event.allotment.number, own as Holder);
}
