import * as z from "zod";
import { Refusal } from "#shared/platform/problem.ts";
import type { Notification, SignedMessage } from "../port.ts";
import { notifiedRefund, transaction } from "./answers.ts";
import { providerProblems } from "./problems.ts";
import { distrustOf, type KeyOf, openResource, sealedResource } from "./signing.ts";

const envelope = z.object({
  id: z.string().min(1).max(64),
  event_type: z.string().max(64),
  resource: z.unknown(),
});

/**
 * Opens what came to us in the platform's name. Whatever is not proved to be the platform's and about this merchant
 * is refused in one way, and nothing of it is kept.
 */
export async function openNotification(
  sent: SignedMessage,
  by: { keyOf: KeyOf; apiV3Key: string; mchid: string; now: Date },
): Promise<Notification> {
  const refused = () => new Refusal(providerProblems.unverified);
  if (await distrustOf(sent, by.keyOf, by.now)) throw refused();
  /** Throws for anybody else's, of which the platform may tell nobody but them. */
  const ours = <Of extends { owner: { merchant: string | undefined } }>(of: Of): Of => {
    if (of.owner.merchant !== by.mchid) throw refused();
    return of;
  };
  try {
    const { id: notificationId, event_type, resource } = envelope.parse(JSON.parse(sent.body));
    const content = () => JSON.parse(openResource(sealedResource.parse(resource), by.apiV3Key)) as unknown;
    switch (event_type) {
      case "TRANSACTION.SUCCESS": {
        const { paymentId, owner, payment } = ours(transaction.parse(content()));
        return { notificationId, about: "payment", paymentId, ...receiverOf(owner), ...payment };
      }
      case "REFUND.SUCCESS":
      case "REFUND.ABNORMAL":
      case "REFUND.CLOSED": {
        const { refundId, owner, refund } = ours(notifiedRefund.parse(content()));
        return { notificationId, about: "refund", refundId, ...receiverOf(owner), ...refund };
      }
      default:
        return { notificationId, about: "other", what: event_type };
    }
  } catch {
    // A cause would repeat what was sent.
    throw refused();
  }
}

const receiverOf = ({ receiver }: { receiver?: string }) => (receiver === undefined ? {} : { receiver });
